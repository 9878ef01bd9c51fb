// Workers are kept apart: a caller's token says for whom it speaks.

#include "server/auth/token.h"
#include "tests/unit/dispatch/fixture.h"

namespace weft::dispatch::test {
namespace {

using auth::WorkerCaller;
using ::testing::HasSubstr;

const std::string session_of_a(32, 'a'), session_of_b(32, 'b'), session_of_c(32, 'c');
const WorkerCaller by_file{};
const WorkerCaller by_a{.by = WorkerCaller::By::key, .worker = "a"};
const WorkerCaller by_b{.by = WorkerCaller::By::key, .worker = "b", .queues = {"default"}};

class Callers : public ::testing::Test {
 protected:
  using Answered = std::shared_ptr<std::optional<http::Response>>;

  Callers() {
    dispatch_.attach(engine_, {{session_of_a, "a"}, {session_of_b, "b"}, {session_of_c, "c"}});
    for (const char* name : {"a", "b"}) {
      wire::RegisterRequest request;
      request.name = name;
      EXPECT_TRUE(keys_.join(by_file, request, ""));
    }
    logs_.workers = {{1, "a"}, {2, "b"}, {3, "c"}};
  }
  Answered call(const WorkerCaller& caller, std::string method, std::string path,
                std::string body) {
    http::Request request;
    request.method = std::move(method);
    request.path = std::string(worker_api) + path;
    if (request.method == "PUT") request.query.emplace_back("offset", "0");
    request.body = std::move(body);
    auto answered = std::make_shared<std::optional<http::Response>>();
    dispatch_.handle(std::move(request), caller, [answered](http::Response response) {
      ASSERT_FALSE(*answered) << "answered twice";
      *answered = std::move(response);
    });
    loop_.turn();
    return answered;
  }
  static int status(const Answered& answered) { return *answered ? (*answered)->status : 0; }
  Answered sync(const WorkerCaller& caller, const std::string& session) {
    wire::SyncRequest request;
    request.session = session;
    return call(caller, "POST", "/sync", wire::to_json_text(request));
  }
  Answered results(const WorkerCaller& caller, const std::string& session,
                   std::vector<std::int64_t> attempts, const std::string& log = "") {
    wire::ResultsRequest request;
    request.session = session;
    for (const std::int64_t attempt : attempts) {
      wire::AttemptResult result;
      result.attempt = attempt;
      result.outcome = AttemptState::success;
      result.log = log;
      request.results.push_back(std::move(result));
    }
    return call(caller, "POST", "/results", wire::to_json_text(request));
  }
  /// The engine judges the results that were posted last.
  void judge(std::vector<wire::Verdict> verdicts) {
    engine_.take<FinishAttempts>(
        Answer{SessionAnswer{WorkerId{1}, std::chrono::seconds(60), std::move(verdicts), {}}});
    loop_.turn();
  }
  static wire::RegisterRequest registration(const std::string& name) {
    wire::RegisterRequest request;
    request.name = name;
    request.slots = 1;
    request.queues = {"default"};
    request.session = std::string(32, 'd');
    return request;
  }
  Answered register_as(const WorkerCaller& caller, const wire::RegisterRequest& request) {
    return call(caller, "POST", "/register", wire::to_json_text(request));
  }

  FakeEngine engine_;
  FakeLoop loop_;
  FakeLogs logs_;
  FakeKeys keys_;
  Dispatch dispatch_{{.render = {.api_url = "http://x"},
                      .database_id = "db",
                      .background =
                          [](const std::function<void()>& task) {
                            task();
                            return true;
                          }},
                     loop_,
                     logs_,
                     keys_};
};

TEST_F(Callers, ASessionBelongsToItsWorker) {
  EXPECT_EQ(status(sync(by_a, session_of_b)), 403);
  EXPECT_EQ(status(results(by_a, session_of_b, {})), 403);
  EXPECT_EQ(status(sync(by_file, session_of_b)), 403);
  EXPECT_EQ(status(sync(by_a, std::string(32, 'e'))), 404);
  EXPECT_TRUE(engine_.posted.empty()) << "nothing of it reached the engine";
  sync(by_a, session_of_a);
  sync(by_file, session_of_c);
  EXPECT_EQ(engine_.posted.size(), 2u);
}

TEST_F(Callers, ALogBelongsToTheWorkerOfItsAttempt) {
  const auto refused = call(by_a, "PUT", "/attempts/2/log", "forged\n");
  EXPECT_EQ(status(refused), 403);
  EXPECT_THAT((*refused)->body, HasSubstr("leased to another worker"));
  EXPECT_EQ(status(call(by_file, "PUT", "/attempts/2/log", "forged\n")), 403);
  EXPECT_FALSE(logs_.logs.contains(2));
  EXPECT_EQ(status(call(by_b, "PUT", "/attempts/2/log", "true\n")), 200);
  EXPECT_EQ(status(call(by_file, "PUT", "/attempts/3/log", "true\n")), 200);
}

TEST_F(Callers, AResultOfAnothersAttemptIsRefused) {
  const auto forged = results(by_a, session_of_a, {2});
  judge({wire::Verdict::superseded});
  EXPECT_EQ(status(forged), 403);
  const auto with_log = results(by_a, session_of_a, {2}, "forged\n");
  EXPECT_EQ(status(with_log), 403);
  EXPECT_FALSE(logs_.logs.contains(2));
  EXPECT_TRUE(engine_.posted.empty());
}

TEST_F(Callers, AResultOfTheOwnAttemptThatIsOverIsSuperseded) {
  const auto late = results(by_a, session_of_a, {1, 99});
  judge({wire::Verdict::superseded, wire::Verdict::superseded});
  EXPECT_EQ(status(late), 200);
  const auto response = wire::results_response_from((*late)->body);
  EXPECT_THAT(response->verdicts, ::testing::Each(wire::Verdict::superseded));
}

TEST_F(Callers, RegisteringWithATokenBringsAKey) {
  const auto answered = register_as(by_file, registration("d"));
  ASSERT_EQ(engine_.take<RegisterWorker>(Answer{RegisterAnswer{WorkerId{4}}}).request.name, "d");
  loop_.turn();
  ASSERT_EQ(status(answered), 200);
  const auto response = wire::register_response_from((*answered)->body);
  EXPECT_TRUE(auth::is_token(response->key, auth::key_prefix)) << (*answered)->body;
  EXPECT_EQ(keys_.standing("d"), auth::Standing::has_key);
  const WorkerCaller by_d{.by = WorkerCaller::By::key, .worker = "d"};
  sync(by_d, std::string(32, 'd'));
  EXPECT_EQ(engine_.posted.size(), 1u);
  EXPECT_EQ(status(sync(by_a, std::string(32, 'd'))), 403);
}

TEST_F(Callers, RegisteringWithTheKeyBringsNoOther) {
  const auto answered = register_as(by_b, registration("b"));
  engine_.take<RegisterWorker>(Answer{RegisterAnswer{WorkerId{2}}});
  loop_.turn();
  ASSERT_EQ(status(answered), 200);
  EXPECT_THAT((*answered)->body, ::testing::Not(HasSubstr("weft_")));
}

TEST_F(Callers, AKeyIsForItsNameAndQueues) {
  EXPECT_EQ(status(register_as(by_a, registration("b"))), 403);
  auto other_queue = registration("b");
  other_queue.queues = {"default", "big"};
  const auto refused = register_as(by_b, other_queue);
  EXPECT_EQ(status(refused), 403);
  EXPECT_THAT((*refused)->body, HasSubstr("big"));
  EXPECT_TRUE(engine_.posted.empty());
}

TEST_F(Callers, WhoCannotJoinRegistersNothing) {
  keys_.is_broken = true;
  EXPECT_EQ(status(register_as(by_file, registration("d"))), 503);
  keys_.is_broken = false;
  const WorkerCaller deleted{.by = WorkerCaller::By::join_token, .token_id = "none"};
  EXPECT_EQ(status(register_as(deleted, registration("d"))), 401);
  EXPECT_TRUE(engine_.posted.empty());
}

TEST_F(Callers, ARevokedWorkersPollBringsNothing) {
  wire::SyncRequest request;
  request.session = session_of_a;
  request.wait_ms = 5'000;
  const auto poll = call(by_a, "POST", "/sync", wire::to_json_text(request));
  engine_.take<SyncWorker>(Answer{SessionAnswer{WorkerId{1}, std::chrono::seconds(60), {}, {}}});
  loop_.turn();
  ASSERT_FALSE(*poll);
  ASSERT_TRUE(keys_.revoke("a", {"admin", ""}));
  dispatch_.cut_off("a");
  EXPECT_EQ(status(poll), 401);
}

TEST_F(Callers, WithTheFilesTokenARevokedWorkerIsToldSo) {
  ASSERT_TRUE(keys_.revoke("c", {"admin", ""}));
  const auto refused = sync(by_file, session_of_c);
  EXPECT_EQ(status(refused), 401);
  EXPECT_THAT((*refused)->body, HasSubstr("revoked"));
}

TEST_F(Callers, ASessionThatIsOverIsNobodys) {
  dispatch_.on_effects({SessionClosed{WorkerId{1}, session_of_a}});
  loop_.turn();
  EXPECT_EQ(status(sync(by_a, session_of_a)), 404);
}

}  // namespace
}  // namespace weft::dispatch::test

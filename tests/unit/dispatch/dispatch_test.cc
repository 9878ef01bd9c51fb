#include "server/dispatch/dispatch.h"

#include "tests/unit/dispatch/fixture.h"

namespace weft::dispatch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string session_id(32, 'a');

class DispatchTest : public ::testing::Test {
 protected:
  DispatchTest() { dispatch_.attach(engine_, {{session_id, "w"}}); }

  /// What a call was answered; nullopt while it waits.
  using Answered = std::shared_ptr<std::optional<http::Response>>;

  static Result<Answer> alive(std::vector<AttemptId> cancels = {}) {
    return Answer{SessionAnswer{WorkerId{1}, std::chrono::seconds(60), {}, std::move(cancels)}};
  }
  Answered call(std::string method, std::string path, std::string body) {
    http::Request request;
    request.method = std::move(method);
    const std::size_t query = path.find("?offset=");
    if (query != std::string::npos) request.query.emplace_back("offset", path.substr(query + 8));
    request.path = std::string(worker_api) + path.substr(0, query);
    request.body = std::move(body);
    auto answered = std::make_shared<std::optional<http::Response>>();
    dispatch_.handle(std::move(request), {}, [answered](http::Response response) {
      ASSERT_FALSE(*answered) << "answered twice";
      *answered = std::move(response);
    });
    loop_.turn();
    return answered;
  }
  Answered sync(std::int64_t acked, std::int64_t wait_ms = 5'000, Result<Answer> answer = alive()) {
    wire::SyncRequest request;
    request.session = session_id;
    request.acked = acked;
    request.wait_ms = wait_ms;
    Answered answered = call("POST", "/sync", wire::to_json_text(request));
    engine_.take<SyncWorker>(std::move(answer));
    loop_.turn();
    return answered;
  }
  Answered results(std::int64_t acked, std::vector<wire::AttemptResult> finished) {
    wire::ResultsRequest request;
    request.session = session_id;
    request.acked = acked;
    request.results = std::move(finished);
    return call("POST", "/results", wire::to_json_text(request));
  }
  static wire::AttemptResult result(std::int64_t attempt, std::string log = {}) {
    wire::AttemptResult out;
    out.attempt = attempt;
    out.outcome = AttemptState::success;
    out.log_bytes = static_cast<std::int64_t>(log.size());
    out.log = std::move(log);
    return out;
  }
  LeaseGranted granted(std::int64_t attempt, const char* task = "t") {
    LeaseGranted effect;
    effect.session = session_id;
    effect.attempt = AttemptId{attempt};
    effect.facts = facts_;
    effect.task = facts_->dag->task_by_id.at(task);
    return effect;
  }
  void commit(std::vector<Effect> effects) {
    dispatch_.on_effects(std::move(effects));
    loop_.turn();
  }
  static std::vector<std::int64_t> leases_of(const Answered& answered) {
    EXPECT_TRUE(*answered) << "still waits";
    if (!*answered) return {};
    EXPECT_EQ((*answered)->status, 200) << (*answered)->body;
    std::vector<std::int64_t> out;
    const nlohmann::json body = body_of(answered);
    if (!body.contains("leases")) return out;
    for (const auto& lease : body.at("leases")) {
      out.push_back(lease.at("attempt"));
    }
    return out;
  }
  static nlohmann::json body_of(const Answered& answered) {
    return *answered ? nlohmann::json::parse((*answered)->body) : nlohmann::json();
  }

  FakeEngine engine_;
  FakeLoop loop_;
  FakeLogs logs_;
  FakeKeys keys_;
  bool background_full_ = false;
  Dispatch dispatch_{{.render = {.api_url = "http://x", .bundle_roots = {{"main", "/dags"}}},
                      .database_id = "db",
                      .background =
                          [this](const std::function<void()>& task) {
                            if (background_full_) return false;
                            task();
                            return true;
                          }},
                     loop_,
                     logs_,
                     keys_};
  std::shared_ptr<RunFacts> facts_ = facts_of(dag_of(
      R"({"params": {"n": {"type": "integer", "default": 1}},
          "tasks": [{"task_id": "t", "command": "true"},
                    {"task_id": "bad", "command": "true", "env": {"X": "{{ params.n / 0 }}"}}]})"));
};

TEST_F(DispatchTest, RegistersAWorker) {
  wire::RegisterRequest request;
  request.name = "w1";
  request.slots = 8;
  request.queues = {"default"};
  request.session = session_id;
  const Answered answered = call("POST", "/register", wire::to_json_text(request));
  EXPECT_EQ(
      engine_.take<RegisterWorker>(Answer{RegisterAnswer{WorkerId{4}, std::chrono::seconds(60)}})
          .request.name,
      "w1");
  loop_.turn();
  const nlohmann::json body = body_of(answered);
  EXPECT_EQ(body.at("worker_id"), 4);
  EXPECT_EQ(body.at("database_id"), "db");
  request.slots = 0;
  EXPECT_EQ((*call("POST", "/register", wire::to_json_text(request)))->status, 422);
  request.protocol = 99;
  EXPECT_EQ((*call("POST", "/register", wire::to_json_text(request)))->status, 426);
  EXPECT_THAT(engine_.posted, IsEmpty());
}

TEST_F(DispatchTest, AnswersAWaitingPollInTheTurnOfTheCommit) {
  const Answered poll = sync(0);
  EXPECT_FALSE(*poll);
  commit({granted(7)});
  EXPECT_THAT(leases_of(poll), ElementsAre(7));
  EXPECT_EQ(body_of(poll).at("leases")[0].at("argv")[2], "true");
}

TEST_F(DispatchTest, AnswersAPollWithNothingWhenItsTimeIsOver) {
  const Answered poll = sync(0, 3'000);
  loop_.advance(std::chrono::milliseconds(2'999));
  EXPECT_FALSE(*poll);
  loop_.advance(std::chrono::milliseconds(1));
  EXPECT_THAT(leases_of(poll), IsEmpty());
  EXPECT_TRUE(*sync(0, 0)) << "without a wait it is answered at once";
  const Answered greedy = sync(0, 60'000);
  loop_.advance(std::chrono::seconds(5));
  EXPECT_TRUE(*greedy) << "nobody waits for more than 5 s";
}

TEST_F(DispatchTest, ANewPollReplacesTheOldOne) {
  const Answered old = sync(0);
  const Answered fresh = sync(0);
  EXPECT_THAT(leases_of(old), IsEmpty());
  EXPECT_FALSE(*fresh);
  commit({granted(7)});
  EXPECT_THAT(leases_of(fresh), ElementsAre(7));
}

TEST_F(DispatchTest, RepeatsALeaseUntilItIsAcked) {
  const Answered poll = sync(0);
  commit({granted(7)});
  EXPECT_THAT(leases_of(poll), ElementsAre(7));
  EXPECT_THAT(leases_of(sync(0)), ElementsAre(7)) << "the answer was lost";
  EXPECT_FALSE(*sync(7));
}

TEST_F(DispatchTest, ResultsBringTheNextLeasesAlong) {
  const Answered poll = sync(0);
  commit({granted(7)});
  const Answered waiting = sync(7);
  const Answered finished = results(7, {result(7)});
  ASSERT_THAT(engine_.posted, SizeIs(1));
  // Effects leave before the replies of their batch.
  dispatch_.on_effects({granted(8)});
  engine_.take<FinishAttempts>(
      Answer{SessionAnswer{WorkerId{1}, std::chrono::seconds(60), {wire::Verdict::accepted}, {}}});
  loop_.turn();
  EXPECT_THAT(leases_of(finished), ElementsAre(8));
  EXPECT_THAT(body_of(finished).at("verdicts"), SizeIs(1));
  EXPECT_FALSE(*waiting) << "the poll waits on: there is nothing else for it";
  commit({granted(9)});
  EXPECT_THAT(leases_of(waiting), ElementsAre(9));
}

TEST_F(DispatchTest, APollGetsWhatFailedResultsWouldHaveBrought) {
  sync(0, 0);
  const Answered waiting = sync(0);
  const Answered finished = results(0, {result(3)});
  commit({granted(8)});
  EXPECT_FALSE(*waiting);
  engine_.take<FinishAttempts>(fail(ErrorCode::unavailable, "no disk"));
  loop_.turn();
  EXPECT_EQ((*finished)->status, 503);
  EXPECT_THAT(leases_of(waiting), ElementsAre(8));
}

TEST_F(DispatchTest, TellsOfCancelsAtOnceAndRepeatsThem) {
  const Answered poll = sync(0);
  commit({CancelRequested{WorkerId{1}, session_id, AttemptId{5}}});
  EXPECT_THAT(body_of(poll).at("cancels"), ElementsAre(5));
  const Answered next = sync(0, 1'000, alive({AttemptId{5}}));
  EXPECT_FALSE(*next) << "no news: the worker must not spin while it kills";
  loop_.advance(std::chrono::seconds(1));
  EXPECT_THAT(body_of(next).at("cancels"), ElementsAre(5));
}

TEST_F(DispatchTest, FailsAnAttemptThatCannotBeRendered) {
  const Answered poll = sync(0);
  commit({granted(7, "bad")});
  const auto failed = engine_.take<FailAttempt>(Answer{Done{}});
  EXPECT_EQ(failed.attempt, AttemptId{7});
  EXPECT_THAT(failed.error, HasSubstr("params.n / 0"));
  ASSERT_THAT(leases_of(poll), ElementsAre(7));
  EXPECT_THAT(body_of(poll).at("leases")[0].at("argv"), IsEmpty()) << "only to be acknowledged";
  // The engine repeats it until it heard of the failure: no second command.
  commit({granted(7, "bad")});
  EXPECT_THAT(engine_.posted, IsEmpty());
}

TEST_F(DispatchTest, ClosesSessions) {
  const Answered poll = sync(0);
  commit({SessionClosed{WorkerId{1}, session_id}});
  EXPECT_EQ((*poll)->status, 404);
  wire::SyncRequest request;
  request.session = session_id;
  EXPECT_EQ((*call("POST", "/sync", wire::to_json_text(request)))->status, 404);
  EXPECT_THAT(engine_.posted, IsEmpty());
}

TEST_F(DispatchTest, ForgetsASessionThatTheEngineDoesNotKnow) {
  EXPECT_EQ((*sync(0, 5'000, fail(ErrorCode::not_found, "unknown session")))->status, 404);
}

TEST_F(DispatchTest, WritesInlineLogsBeforeTheEngineHearsOfTheResult) {
  results(0, {result(3, "hello\n"), result(4)});
  EXPECT_EQ(logs_.logs[3], "hello\n");
  EXPECT_FALSE(logs_.logs.contains(4));
  const auto posted = engine_.take<FinishAttempts>(alive());
  EXPECT_EQ(posted.request.results[0].log, "");
  EXPECT_EQ(posted.request.results[0].log_bytes, 6);
}

TEST_F(DispatchTest, RefusesResultsWhoseLogCannotBeKept) {
  logs_.failure = Error{ErrorCode::unavailable, "disk full"};
  EXPECT_EQ((*results(0, {result(3, "x")}))->status, 503);
  logs_.failure = Error{ErrorCode::not_found, "never leased"};
  results(0, {result(3, "x")});
  EXPECT_THAT(engine_.posted, SizeIs(1)) << "the engine has the verdict on it";
  background_full_ = true;
  EXPECT_EQ((*results(0, {result(3, "x")}))->status, 503);
}

TEST_F(DispatchTest, TakesLogsByOffset) {
  const Answered written = call("PUT", "/attempts/3/log?offset=0", "abc");
  EXPECT_EQ(body_of(written).at("next_offset"), 3);
  EXPECT_EQ((*call("PUT", "/attempts/3/log", "abc"))->status, 400);
  EXPECT_EQ((*call("PUT", "/attempts/3/log?offset=-1", "abc"))->status, 400);
  EXPECT_EQ((*call("PUT", "/attempts/x/log?offset=0", "abc"))->status, 404);
  wire::AttemptResult large = result(3);
  large.log_bytes = 1 << 20;
  results(0, {large});
  engine_.take<FinishAttempts>(alive());
  loop_.turn();
  EXPECT_THAT(logs_.finished, ElementsAre(3));
}

TEST_F(DispatchTest, RefusesNonsense) {
  for (const char* path : {"/sync", "/results", "/register"}) {
    EXPECT_GE((*call("POST", path, "{"))->status, 400) << path;
    EXPECT_EQ((*call("GET", path, ""))->status, 404) << path;
  }
  EXPECT_EQ((*call("POST", "", ""))->status, 404);
  EXPECT_THAT(engine_.posted, IsEmpty());
}

TEST_F(DispatchTest, AnswersAllPollsWhenTheServerStops) {
  const Answered poll = sync(0);
  dispatch_.release_polls(std::chrono::minutes(15));
  EXPECT_EQ(body_of(poll).at("lease_ms"), 900'000);
  EXPECT_TRUE(*sync(0)) << "nobody waits any more";
}

}  // namespace
}  // namespace weft::dispatch::test

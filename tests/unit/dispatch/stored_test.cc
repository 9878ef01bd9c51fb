// Leases whose texts read variables and connections: fetched in the background, handed over then.

#include <gmock/gmock.h>

#include "tests/unit/dispatch/fixture.h"

namespace weft::dispatch::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* holder = "0123456789abcdef0123456789abcdef";

secrets::Values some_values() {
  secrets::Values values;
  values.var = {{"value", {{"region", "eu"}, {"key", "hidden"}}}, {"json", {{"n", {{"a", 3}}}}}};
  values.conn = {{"erp", {{"password", "s3cret"}}}};
  values.secrets = {"s3cret", "hidden"};
  values.secret_variables = {"key"};
  return values;
}

class StoredValues : public ::testing::Test {
 protected:
  StoredValues() { dispatch_.attach(engine_, {{std::string(holder), "w"}}); }

  LeaseGranted granted(std::int64_t attempt, const char* task, std::int64_t after = 0) {
    LeaseGranted effect;
    effect.session = holder;
    effect.attempt = AttemptId{attempt};
    effect.after = AttemptId{after};
    effect.facts = facts_;
    effect.task = facts_->dag->task_by_id.at(task);
    return effect;
  }
  void commit(std::vector<Effect> effects) {
    dispatch_.on_effects(std::move(effects));
    loop_.turn();
  }
  /// What a poll that comes now is answered.
  nlohmann::json leases() {
    wire::SyncRequest request;
    request.session = holder;
    http::Request call;
    call.method = "POST";
    call.path = std::string(worker_api) + "/sync";
    call.body = wire::to_json_text(request);
    std::optional<http::Response> answered;
    dispatch_.handle(call, {}, [&](http::Response response) { answered = std::move(response); });
    loop_.turn();
    SessionAnswer alive;
    engine_.take<SyncWorker>(alive);
    loop_.turn();
    return nlohmann::json::parse(answered->body).value("leases", nlohmann::json::array());
  }
  void fetch() {
    for (auto& task : std::exchange(background_, {})) task();
    loop_.turn();
  }

  FakeEngine engine_;
  FakeLoop loop_;
  FakeLogs logs_;
  FakeKeys keys_;
  std::vector<std::function<void()>> background_;
  bool is_full_ = false;
  Result<secrets::Values> values_ = some_values();
  std::vector<StoredName> asked_;
  Dispatch dispatch_{{.render = {.api_url = "http://x", .bundle_roots = {{"main", "/dags"}}},
                      .stored =
                          [this](const std::vector<StoredName>& names, const std::string& dag) {
                            EXPECT_EQ(dag, facts_->dag_id);
                            asked_ = names;
                            return values_;
                          },
                      .database_id = "db",
                      .background =
                          [this](std::function<void()> task) {
                            if (!is_full_) background_.push_back(std::move(task));
                            return !is_full_;
                          }},
                     loop_,
                     logs_,
                     keys_};
  std::shared_ptr<RunFacts> facts_ = facts_of(dag_of(R"({"tasks": [
      {"task_id": "plain", "command": "true"},
      {"task_id": "erp", "command": ["x", "{{ var.value.region }}"],
       "env": {"TOKEN": "{{ conn.erp.password }}", "N": "{{ var.json.n.a }}"}},
      {"task_id": "shows", "command": ["x", "{{ var.value.key }}"]}]})"));
};

TEST_F(StoredValues, reach_the_attempt_that_names_them) {
  commit({granted(1, "erp")});
  EXPECT_THAT(leases(), IsEmpty());
  fetch();
  EXPECT_THAT(asked_, ElementsAre(StoredName{StoredName::Kind::variable, "n"},
                                  StoredName{StoredName::Kind::variable, "region"},
                                  StoredName{StoredName::Kind::connection, "erp"}));
  const auto lease = leases().at(0);
  EXPECT_EQ(lease["argv"].dump(), R"(["x","eu"])");
  EXPECT_EQ(lease["env"]["TOKEN"], "s3cret");
  EXPECT_EQ(lease["env"]["N"], "3");
  EXPECT_EQ(lease["secrets"].dump(), R"(["s3cret","hidden"])");
  EXPECT_TRUE(engine_.posted.empty());
}

TEST_F(StoredValues, are_fetched_once_though_the_lease_is_granted_again) {
  commit({granted(1, "plain"), granted(2, "erp", 1)});
  commit({granted(2, "erp", 0)});
  EXPECT_EQ(background_.size(), 1u);
  fetch();
  const auto all = leases();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1]["attempt"], 2);
  EXPECT_EQ(all[1].value("after", 0), 0) << "what was before it is over";
}

TEST_F(StoredValues, that_cannot_be_had_fail_the_attempt_with_the_reason) {
  values_ = fail(ErrorCode::not_found, "there is no connection \"erp\"");
  commit({granted(1, "erp")});
  fetch();
  const auto failed = engine_.take<FailAttempt>(Done{});
  EXPECT_EQ(failed.attempt, AttemptId{1});
  EXPECT_EQ(failed.outcome, AttemptState::failed);
  EXPECT_THAT(failed.error, HasSubstr("there is no connection"));
  EXPECT_THAT(leases().at(0).value("argv", nlohmann::json::array()), IsEmpty());
}

TEST_F(StoredValues, that_are_out_of_reach_lose_the_attempt_which_is_no_failure) {
  values_ = fail(ErrorCode::unavailable, "Vault does not answer");
  commit({granted(1, "erp")});
  fetch();
  const auto lost = engine_.take<FailAttempt>(Done{});
  EXPECT_EQ(lost.outcome, AttemptState::lost);
  EXPECT_EQ(lost.error, "Vault does not answer");
  EXPECT_EQ(leases().size(), 1u) << "an empty one, so that those behind it can be acknowledged";
}

TEST_F(StoredValues, do_not_make_each_call_bring_what_stands_behind_them) {
  commit({granted(1, "plain"), granted(2, "erp", 1), granted(3, "plain", 2)});
  EXPECT_EQ(leases().size(), 2u);
  EXPECT_EQ(leases().size(), 1u) << "the first one can be acknowledged, so it is repeated";
  fetch();
  EXPECT_EQ(leases().size(), 3u);
}

TEST_F(StoredValues, that_are_secret_stay_out_of_arguments) {
  commit({granted(1, "shows")});
  fetch();
  EXPECT_THAT(engine_.take<FailAttempt>(Done{}).error, HasSubstr("pass it by \"env\""));
}

TEST_F(StoredValues, come_with_the_next_grant_when_there_is_too_much_to_do) {
  is_full_ = true;
  commit({granted(1, "erp")});
  is_full_ = false;
  commit({granted(1, "erp")});
  fetch();
  EXPECT_EQ(leases().size(), 1u);
}

TEST_F(StoredValues, of_a_session_that_is_over_go_nowhere) {
  commit({granted(1, "erp")});
  commit({SessionClosed{WorkerId{1}, holder}});
  fetch();
  dispatch_.attach(engine_, {{std::string(holder), "w"}});  // it has registered again
  EXPECT_THAT(leases(), IsEmpty());
}

}  // namespace
}  // namespace weft::dispatch::test

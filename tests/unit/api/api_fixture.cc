#include "tests/unit/api/api_fixture.h"

#include "server/api/forms.h"
#include "server/api/lookup.h"
#include "server/core/dag/parse.h"

namespace weft::test {
namespace {

constexpr const char* session = "0123456789abcdef0123456789abcdef";

}  // namespace

ApiFixture::ApiFixture()
    : writer_(std::move(storage::Writer::open(":memory:").value())),
      readers_(std::move(storage::Readers::open(writer_->location(), 2).value())),
      logs_(folder_ / "logs"),
      engine_(std::make_unique<SyncEngine>(*writer_, clock_)),
      api_(std::make_unique<Api>(
          ApiDependencies{.engine = *engine_,
                          .readers = *readers_,
                          .versions = writer_->versions(),
                          .logs = logs_,
                          .clock = clock_,
                          .keys = secrets::Keyring::load_or_make(folder_ / "secrets.key").value(),
                          .worker_keys = worker_keys_,
                          .throttle = throttle_,
                          .password_cost = {.memory = 8192, .passes = 1},
                          .commits = engine_->commits,
                          .stats = engine_->stats,
                          .traffic = &traffic_,
                          .disk = {folder_ / "."},
                          .database_id = writer_->database_id(),
                          .version = "0.1.0"})) {}

http::Response ApiFixture::send(const std::string& method, const std::string& target,
                                std::string body, Headers headers) {
  http::Request request;
  request.method = method;
  request.raw_target = target;
  auto parsed = http::parse_target(target).value();
  request.path = std::move(parsed.path);
  request.query = std::move(parsed.query);
  request.headers = std::move(headers);
  request.body = std::move(body);
  return api_->handle(request, caller_);
}

nlohmann::json ApiFixture::get_json(const std::string& target, int status) {
  const auto response = get(target);
  EXPECT_EQ(response.status, status) << target << "\n" << response.body;
  return nlohmann::json::parse(response.body, nullptr, false);
}

nlohmann::json ApiFixture::post_json(const std::string& target, const nlohmann::json& body,
                                     int status) {
  const auto response = send("POST", target, body.dump());
  EXPECT_EQ(response.status, status) << target << "\n" << response.body;
  return nlohmann::json::parse(response.body, nullptr, false);
}

nlohmann::json ApiFixture::patch_json(const std::string& target, const nlohmann::json& body,
                                      int status) {
  const auto response = send("PATCH", target, body.dump());
  EXPECT_EQ(response.status, status) << target << "\n" << response.body;
  return nlohmann::json::parse(response.body, nullptr, false);
}

Answer ApiFixture::apply(Command command) {
  auto answer = engine_->call(std::move(command));
  EXPECT_TRUE(answer) << answer.error().message;
  return answer ? *answer : Answer();
}

void ApiFixture::put_dag(std::string_view text, const std::string& path) {
  ParseInput input;
  input.path = path;
  input.text = std::string(text);
  const auto output = parse_dag(input);
  ASSERT_NE(output.dag, nullptr) << output.diagnostics.front().to_string();
  apply(PutDag{.bundle = "main", .path = path, .dag = output.dag});
}

std::string ApiFixture::trigger(const nlohmann::json& body, const std::string& dag_id) {
  const auto run = post_json("/api/v2/dags/" + dag_id + "/dagRuns", body);
  return run.value("dag_run_id", "");
}

void ApiFixture::register_worker(int slots) {
  wire::RegisterRequest request;
  request.name = "w1";
  request.host = "host1";
  request.version = "0.1.0";
  request.slots = slots;
  request.queues = {"default", "heavy"};
  request.session = session;
  apply(RegisterWorker{request});
}

std::int64_t ApiFixture::leased(const std::string& task_id) const {
  std::int64_t attempt = 0;
  for (const auto& effect : engine_->effects)
    if (const auto* lease = std::get_if<LeaseGranted>(&effect))
      if (lease->facts->dag->task(lease->task).id == task_id)
        attempt = std::max(attempt, lease->attempt.value);
  return attempt;
}

void ApiFixture::start_attempt(std::int64_t attempt) {
  wire::SyncRequest request;
  request.session = session;
  request.acked = attempt;  // the leases of one session are numbered as its attempts here
  request.started = {attempt};
  request.started_at = {to_micros(clock_.now().wall)};
  request.running = {attempt};
  apply(SyncWorker{request});
}

void ApiFixture::finish_attempt(std::int64_t attempt, AttemptState outcome, nlohmann::json outputs,
                                int exit_code) {
  wire::AttemptResult result;
  result.attempt = attempt;
  result.outcome = outcome;
  result.exit_code = exit_code;
  result.started_at = to_micros(clock_.now().wall);
  clock_.advance(std::chrono::seconds(2));
  result.ended_at = to_micros(clock_.now().wall);
  result.outputs = std::move(outputs);
  if (outcome == AttemptState::failed) result.error = "exit code " + std::to_string(exit_code);
  wire::ResultsRequest request;
  request.session = session;
  request.acked = attempt;
  request.results = {result};
  apply(FinishAttempts{request});
}

std::string ApiFixture::complete_run() {
  const auto run_id = trigger({{"conf", {{"mode", "full"}}}, {"note", "by hand"}});
  finish_attempt(leased("extract"), AttemptState::success, {{"rows", 7}, {"file", "a.csv"}});
  finish_attempt(leased("load"), AttemptState::success);
  return run_id;
}

storage::LogKey ApiFixture::log_key(const std::string& run_id, const std::string& task_id) {
  return readers_
      ->with([&](storage::Reader& reader) -> api::Outcome<storage::LogKey> {
        API_TRY_ASSIGN(const auto instance,
                       api::require_instance(reader, "orders", run_id, task_id, -1));
        return api::log_key(instance, instance.row.attempt);
      })
      .value();
}

}  // namespace weft::test

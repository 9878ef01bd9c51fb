#include <fmt/format.h>
#include <openssl/sha.h>

#include <random>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/run_trigger.h"
#include "server/api/run_wait.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_run_id = 250;
constexpr std::size_t max_partition_key = 250;
constexpr std::size_t max_idempotency_key = 255;
constexpr Duration max_wait = std::chrono::minutes(10);

std::string sha256(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

/// Who made the call, as far as it says so itself: the project's own clients do.
TriggeredBy client_of(const http::Request& request) {
  const auto client = request.header("x-weft-client");
  if (client == "ui") return TriggeredBy::ui;
  return client == "cli" ? TriggeredBy::cli : TriggeredBy::rest_api;
}

std::uint64_t fresh_entropy() {
  thread_local std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

void read_interval(TriggerRun& trigger, Body& body) {
  const auto start = body.instant("data_interval_start");
  const auto end = body.instant("data_interval_end");
  if (start && end)
    trigger.data_interval = DataInterval{*start, *end};
  else if (start || end)
    body.report(start ? "data_interval_end" : "data_interval_start",
                "Either both data_interval_start and data_interval_end must be provided or neither",
                "value_error");
}

Outcome<TriggerRun> read_trigger(const Call& call, const std::string& dag_id) {
  TriggerRun trigger{.dag_id = dag_id};
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body, true));
  trigger.run_id = body.text("dag_run_id", max_run_id);
  trigger.logical_date = body.instant("logical_date");
  read_interval(trigger, body);
  trigger.run_after = body.instant("run_after");
  trigger.conf = body.object("conf");
  trigger.note = body.text("note", max_note).value_or("");
  trigger.partition_key = body.text("partition_key", max_partition_key).value_or("");
  API_TRY(body.check());
  trigger.by = client_of(call.request);
  trigger.actor = call.actor();
  trigger.entropy = fresh_entropy();
  return trigger;
}

Outcome<void> add_idempotency(TriggerRun& trigger, const Call& call) {
  API_TRY_ASSIGN(auto key, idempotency_of(call, "trigger/" + trigger.dag_id));
  trigger.idempotency_key = std::move(key.key);
  trigger.request_hash = std::move(key.request_hash);
  return {};
}

/// `?wait=60s`; nullopt without it.
Outcome<std::optional<Duration>> read_wait(const http::Request& request) {
  Query query(request);
  const auto text = query.text("wait");
  if (!text) return std::nullopt;
  const auto wait = parse_duration(*text);
  if (!wait) query.report("wait", wait.error().message, "time_delta_parsing");
  if (wait && *wait > max_wait) query.report("wait", "at most 10m", "less_than_equal");
  API_TRY(query.check());
  return *wait;
}

/// A conflict over a run that is there already comes with that run.
Failure with_existing_run(Failure failure, const Call& call, const TriggerRun& trigger) {
  if (failure.error.code != ErrorCode::conflict) return failure;
  auto run = call.read([&](Reader& reader) -> Outcome<std::optional<storage::RunRecord>> {
    API_TRY_ASSIGN(const auto dag, require_dag(reader, trigger.dag_id));
    if (trigger.run_id) {
      API_TRY_ASSIGN(auto same_id, storage::find_run(reader, dag.row.key, *trigger.run_id));
      if (same_id) return same_id;
    }
    if (!trigger.logical_date) return std::nullopt;
    return storage::find_run_by_logical_date(reader, dag.row.key, *trigger.logical_date);
  });
  if (run && *run) failure.extra = {{"dag_run", run_json(**run, call.deps)}};
  return failure;
}

}  // namespace

Outcome<IdempotencyKey> idempotency_of(const Call& call, std::string_view purpose) {
  const auto key = call.request.header("idempotency-key");
  if (key.empty()) return IdempotencyKey{};
  if (key.size() > max_idempotency_key)
    return refuse({{"header", "Idempotency-Key"},
                   fmt::format("String should have at most {} characters", max_idempotency_key),
                   "string_too_long"});
  return IdempotencyKey{fmt::format("{}/{}", purpose, key), sha256(call.request.body)};
}

Outcome<http::Response> trigger_dag_run(Call& call) {
  return trigger_run_of(call, call.value("dag_id"));
}

Outcome<http::Response> trigger_run_of(Call& call, const std::string& dag_id) {
  API_TRY_ASSIGN(const auto wait, read_wait(call.request));
  API_TRY_ASSIGN(auto trigger, read_trigger(call, dag_id));
  API_TRY(add_idempotency(trigger, call));
  const auto answer = call.command(trigger);
  if (!answer) return tl::make_unexpected(with_existing_run(answer.error(), call, trigger));
  const auto* made = std::get_if<RunAnswer>(&*answer);
  if (made == nullptr)
    return refuse(ErrorCode::internal, "the engine answered a trigger without a run");
  if (wait) return wait_for_run(call, dag_id, made->run_id, *wait);
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto run, require_run(reader, trigger.dag_id, made->run_id));
    return json_response(run_json(run, call.deps));
  });
}

}  // namespace weft::api

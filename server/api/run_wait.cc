// Answers that wait for a run's end. They are asked again after each commit, and hold no thread
// and no connection meanwhile.

#include "server/api/run_wait.h"

#include <fmt/format.h>

#include <set>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/storage/queries/outputs.h"

namespace weft::api {
namespace {

using storage::Reader;

constexpr std::size_t max_result_tasks = 100;

/// The whole run, for `?wait=` of a trigger.
class RunPending final : public http::Pending {
 public:
  RunPending(const ApiDependencies& deps, std::string dag_id, std::string run_id, Duration until,
             std::string path)
      : deps_(deps),
        dag_id_(std::move(dag_id)),
        run_id_(std::move(run_id)),
        until_(until),
        path_(std::move(path)) {}

  std::optional<http::Response> poll() override {
    auto run =
        deps_.readers.with([&](Reader& reader) { return require_run(reader, dag_id_, run_id_); });
    if (!run) return problem(run.error(), path_);
    if (!is_terminal(run->row.state) && deps_.clock.now().steady < until_) return std::nullopt;
    return json_response(run_json(*run, deps_));
  }

 private:
  ApiDependencies deps_;
  std::string dag_id_, run_id_;
  Duration until_;
  std::string path_;
};

/// What …/wait says about a run: its state, and in the end the outputs of chosen tasks.
struct Watched {
  ApiDependencies deps;
  RunId run;
  std::set<std::string> tasks;

  Outcome<nlohmann::json> state(Reader& reader) const {
    API_TRY_ASSIGN(const auto state, storage::run_state(reader, run));
    if (!state) return refuse(ErrorCode::not_found, "the run is gone");
    nlohmann::json json{{"state", name_of(*state)}};
    if (!is_terminal(*state) || tasks.empty()) return json;
    json["results"] = nlohmann::json::object();
    for (const auto& task : tasks) {
      API_TRY_ASSIGN(auto outputs, outputs_of_task(reader, task));
      json["results"][task] = std::move(outputs);
    }
    return json;
  }

  /// {state, …} and whether it has ended.
  Outcome<std::pair<nlohmann::json, bool>> ask() const {
    API_TRY_ASSIGN(auto json, deps.readers.with([&](Reader& reader) { return state(reader); }));
    const auto state = run_state_from(json["state"].get_ref<const std::string&>());
    return std::pair(std::move(json), state && is_terminal(*state));
  }

 private:
  Outcome<nlohmann::json> outputs_of_task(Reader& reader, const std::string& task) const {
    API_TRY_ASSIGN(const auto instance, storage::find_instance(reader, run, task, -1));
    auto json = nlohmann::json::object();
    if (!instance) return json;
    API_TRY_ASSIGN(const auto outputs, storage::outputs_of(reader, instance->row.id));
    for (const auto& [key, value] : outputs)
      json[key] = nlohmann::json::parse(value, nullptr, false);
    return json;
  }
};

class StatePending final : public http::Pending {
 public:
  StatePending(Watched watched, std::string path)
      : watched_(std::move(watched)), path_(std::move(path)) {}

  std::optional<http::Response> poll() override {
    auto answer = watched_.ask();
    if (!answer) return problem(answer.error(), path_);
    if (!answer->second) return std::nullopt;
    return json_response(answer->first);
  }

 private:
  Watched watched_;
  std::string path_;
};

/// A line each interval, and one at the end.
class StateStream final : public http::Stream {
 public:
  StateStream(Watched watched, Duration interval)
      : watched_(std::move(watched)), interval_(interval) {}

  Piece poll() override {
    const auto now = watched_.deps.clock.now().steady;
    auto answer = watched_.ask();
    if (!answer) return {.done = true};
    const auto& [json, done] = *answer;
    if (!done && next_ && now < *next_) return {};
    next_ = now + interval_;
    return {.bytes = to_text(json) + "\n", .done = done};
  }

 private:
  Watched watched_;
  Duration interval_;
  std::optional<Duration> next_;
};

Outcome<Duration> read_interval(Query& query) {
  const auto seconds = query.number("interval");
  if (!query.text("interval"))
    query.report("interval", "Field required", "missing");
  else if (seconds && !(*seconds > 0))
    query.report("interval", "Input should be greater than 0", "greater_than");
  API_TRY(query.check());
  constexpr double longest = 86'400;
  return Duration(static_cast<std::int64_t>(std::min(*seconds, longest) * 1e6));
}

}  // namespace

http::Response wait_for_run(const Call& call, const std::string& dag_id, const std::string& run_id,
                            Duration wait) {
  http::Response response;
  response.pending = std::make_shared<RunPending>(
      call.deps, dag_id, run_id, call.deps.clock.now().steady + wait, call.request.path);
  return response;
}

Outcome<http::Response> wait_dag_run(Call& call) {
  Query query(call.request);
  API_TRY_ASSIGN(const auto interval, read_interval(query));
  const auto tasks = query.texts("result");
  if (tasks.size() > max_result_tasks)
    return refuse({{"query", "result"}, "at most 100 tasks", "too_long"});
  API_TRY_ASSIGN(const auto run, call.read([&](Reader& reader) {
    return require_run(reader, call.value("dag_id"), call.value("dag_run_id"));
  }));
  Watched watched{.deps = call.deps, .run = run.row.id, .tasks = {tasks.begin(), tasks.end()}};
  http::Response response;
  if (negotiate(call.request, {"application/x-ndjson", "application/json"}) == "application/json") {
    response.pending = std::make_shared<StatePending>(std::move(watched), call.request.path);
    return response;
  }
  response.headers.emplace_back("content-type", "application/x-ndjson");
  response.stream = std::make_shared<StateStream>(std::move(watched), interval);
  return response;
}

}  // namespace weft::api

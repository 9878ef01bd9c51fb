// Edits that go on in slices.

#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/permission.h"
#include "server/storage/queries/jobs.h"

namespace weft::api {
namespace {

using storage::Reader;

nlohmann::json job_json(const storage::JobRecord& job) {
  const JobRow& row = job.row;
  const bool is_over = row.state == JobRow::State::done;
  return {{"id", row.id.value},
          {"job_type", row.action},
          {"state", is_over ? "success" : "running"},
          {"dag_id", job.dag_id},
          {"dag_display_name", job.dag_display_name},
          {"dag_run_id", text_or_null(job.run_id)},
          {"triggering_user_name", text_or_null(row.actor)},
          {"total_runs", row.runs_total},
          {"done_runs", row.runs_done},
          {"changed_task_instances", row.changed},
          {"start_date", instant_json(row.created_at)},
          {"latest_heartbeat", instant_json(row.updated_at)},
          {"end_date", instant_json(row.ended_at)},
          {"executor_class", nullptr},
          {"hostname", nullptr},
          {"unixname", nullptr}};
}

}  // namespace

Outcome<http::Response> get_jobs(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_job_order, {{"id", true}});
  const auto state = query.word("job_state", {"running", "success"});
  const auto is_alive = query.boolean("is_alive");
  storage::Filter filter;
  if (state) filter.add_equal("j.state", std::int64_t{*state == "success"});
  if (is_alive) filter.add_equal("j.state", std::int64_t{!*is_alive});
  if (const auto type = query.text("job_type")) filter.add_equal("j.action", *type);
  add_instant_range(filter, query, "start_date", "j.created_at");
  add_instant_range(filter, query, "end_date", "j.ended_at");
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY(add_visible(filter, reader, call, "d.dag_id"));
    API_TRY_ASSIGN(const auto jobs, storage::list_jobs(reader, filter, order, page));
    auto list = nlohmann::json::array();
    for (const auto& job : jobs.rows) list.push_back(job_json(job));
    return json_response(collection_json("jobs", std::move(list), jobs.total, jobs.total_is_exact));
  });
}

Outcome<http::Response> get_job(Call& call) {
  API_TRY_ASSIGN(const auto id, call.integer("job_id"));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto job, storage::find_job(reader, JobId{id}));
    const auto missing = fmt::format("no job {}", id);
    if (!job) return refuse(ErrorCode::not_found, missing);
    API_TRY(check_dag(reader, call, job->dag_id, missing));
    return json_response(job_json(*job));
  });
}

}  // namespace weft::api

#include <fmt/format.h>

#include "server/api/cursor.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"
#include "server/api/run_query.h"

namespace weft::api {
namespace {

using storage::Reader;

Outcome<http::Response> runs_response(Reader& reader, const Call& call, storage::RunQuery& query) {
  API_TRY(add_visible(query.filter, reader, call, "d.dag_id"));
  API_TRY_ASSIGN(const auto runs, storage::list_runs(reader, query));
  JsonText answer;
  begin_collection(answer, "dag_runs");
  for (const auto& run : runs.rows) write_run(answer, run, call.deps);
  end_collection(answer, runs.total, runs.total_is_exact);
  add_next_cursor(answer, call, runs.next);
  answer.end_object();
  return json_response(std::move(answer));
}

}  // namespace

Outcome<http::Response> get_dag_runs(Call& call) {
  Query query(call.request);
  auto runs = read_run_query(query);
  API_TRY(query.check());
  API_TRY(take_cursor(call, runs.page));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    if (const auto& dag_id = call.value("dag_id"); dag_id != all_of_them) {
      API_TRY_ASSIGN(const auto dag, require_dag(reader, dag_id));
      runs.dag = dag.row.key;
    }
    return runs_response(reader, call, runs);
  });
}

Outcome<http::Response> get_dag_runs_batch(Call& call) {
  if (call.value("dag_id") != all_of_them)
    return refuse(
        {{"path", "dag_id"}, "Input should be '~': the body names the DAGs", "literal_error"});
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body, true));
  API_TRY_ASSIGN(auto runs, read_run_query(call, body));
  return call.read([&](Reader& reader) { return runs_response(reader, call, runs); });
}

Outcome<http::Response> get_dag_run(Call& call) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto run,
                   require_run(reader, call.value("dag_id"), call.value("dag_run_id")));
    JsonText answer;
    write_run(answer, run, call.deps);
    return json_response(std::move(answer));
  });
}

}  // namespace weft::api

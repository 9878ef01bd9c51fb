#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"

namespace weft::api {
namespace {

using storage::Reader;

/// Far more than retries and losses make; a list without pages must end somewhere.
constexpr std::int64_t max_tries_listed = 10'000;

Outcome<storage::InstanceRecord> instance_of(Reader& reader, const Call& call, int map_index) {
  return require_instance(reader, call.value("dag_id"), call.value("dag_run_id"),
                          call.value("task_id"), map_index);
}

}  // namespace

Outcome<http::Response> get_tries(Call& call) {
  API_TRY_ASSIGN(const auto map_index, map_index_of(call));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto instance, instance_of(reader, call, map_index));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, instance.version.id));
    API_TRY_ASSIGN(const auto attempts,
                   storage::list_attempts(reader, instance.row.id, max_tries_listed));
    JsonText answer;
    begin_collection(answer, "task_instances");
    for (const auto& attempt : attempts) write_try(answer, attempt, instance, *dag, call.deps);
    end_collection(answer, static_cast<std::int64_t>(attempts.size()));
    answer.end_object();
    return json_response(std::move(answer));
  });
}

Outcome<http::Response> get_try(Call& call) {
  API_TRY_ASSIGN(const auto number, call.integer("task_try_number"));
  API_TRY_ASSIGN(const auto map_index, map_index_of(call));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto instance, instance_of(reader, call, map_index));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, instance.version.id));
    API_TRY_ASSIGN(const auto attempt, require_attempt(reader, instance, number));
    JsonText answer;
    write_try(answer, attempt, instance, *dag, call.deps);
    return json_response(std::move(answer));
  });
}

}  // namespace weft::api

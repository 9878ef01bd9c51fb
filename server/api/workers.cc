#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/storage/queries/operations.h"

namespace weft::api {
namespace {

using storage::Reader;

nlohmann::json worker_json(const WorkerRow& row, std::int64_t occupied) {
  return {{"name", row.name},
          {"host", row.host},
          {"version", row.version},
          {"state", name_of_worker_state(row.state)},
          {"slots", row.slots},
          {"occupied_slots", occupied},
          {"queues", row.queues},
          {"registered_at", instant_json(row.registered_at)},
          {"last_seen", instant_json(row.last_seen)}};
}

}  // namespace

std::string_view name_of_worker_state(WorkerRow::State state) {
  switch (state) {
    case WorkerRow::State::online: return "online";
    case WorkerRow::State::draining: return "draining";
    case WorkerRow::State::unreachable: return "unreachable";
    case WorkerRow::State::lost: return "lost";
    case WorkerRow::State::gone: return "gone";
  }
  return "gone";
}

Outcome<http::Response> get_workers(Call& call) {
  Query query(call.request);
  const auto page = query.page();
  const auto order = query.order_by(storage::is_worker_order, {{"name", false}});
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto workers, storage::list_workers(reader, {}, order, page));
    API_TRY_ASSIGN(auto slots, storage::count_worker_slots(reader));
    auto list = nlohmann::json::array();
    for (const auto& row : workers.rows) list.push_back(worker_json(row, slots[row.id]));
    return json_response(
        collection_json("workers", std::move(list), workers.total, workers.total_is_exact));
  });
}

}  // namespace weft::api

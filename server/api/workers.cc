#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/records.h"
#include "server/storage/queries/operations.h"
#include "server/storage/queries/worker_keys.h"

namespace weft::api {
namespace {

using storage::Reader;

std::string_view word_of(const std::optional<storage::WorkerKeyRow>& key) {
  if (!key) return "none";
  return key->revoked_at ? "revoked" : "valid";
}

nlohmann::json worker_json(const WorkerRow& row, std::int64_t occupied,
                           const std::optional<storage::WorkerKeyRow>& key) {
  return {{"name", row.name},
          {"host", row.host},
          {"version", row.version},
          {"state", name_of_worker_state(row.state)},
          {"is_drained", row.is_drained},
          {"slots", row.slots},
          {"occupied_slots", occupied},
          {"queues", row.queues},
          {"key", word_of(key)},
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
    for (const auto& row : workers.rows) {
      API_TRY_ASSIGN(const auto key, storage::find_worker_key(reader, row.name));
      list.push_back(worker_json(row, slots[row.id], key));
    }
    return json_response(
        collection_json("workers", std::move(list), workers.total, workers.total_is_exact));
  });
}

Outcome<http::Response> get_worker(Call& call) {
  const auto& name = call.value("worker_name");
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto worker, storage::find_worker(reader, name));
    if (!worker) return refuse(ErrorCode::not_found, fmt::format("no worker \"{}\"", name));
    API_TRY_ASSIGN(auto slots, storage::count_worker_slots(reader));
    API_TRY_ASSIGN(const auto key, storage::find_worker_key(reader, name));
    return json_response(worker_json(*worker, slots[worker->id], key));
  });
}

Outcome<http::Response> patch_worker(Call& call) {
  const auto& name = call.value("worker_name");
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto is_drained = body.boolean("is_drained");
  API_TRY(body.check());
  if (is_drained)
    API_TRY(
        call.command(DrainWorker{.name = name, .is_drained = *is_drained, .actor = call.actor()}));
  return get_worker(call);
}

Outcome<http::Response> revoke_worker_key(Call& call) {
  const auto& name = call.value("worker_name");
  API_TRY_ASSIGN(const bool is_known, call.read([&](Reader& reader) -> Outcome<bool> {
    API_TRY_ASSIGN(const auto key, storage::find_worker_key(reader, name));
    if (key) return true;
    API_TRY_ASSIGN(const bool has, storage::has_worker(reader, name));
    return has;
  }));
  if (!is_known) return refuse(ErrorCode::not_found, fmt::format("no worker \"{}\"", name));
  API_TRY(call.deps.worker_keys.revoke(name, call.actor()));
  return no_content();
}

}  // namespace weft::api

#include <fmt/format.h>

#include <algorithm>

#include "server/api/cursor.h"
#include "server/api/dag_query.h"
#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/permission.h"
#include "server/api/records.h"

namespace weft::api {
namespace {

using storage::Filter;
using storage::Reader;

constexpr std::string_view next_dagrun = "next_dagrun";

bool is_order(std::string_view name) {
  return name == next_dagrun || storage::is_dag_order(name);
}

Outcome<nlohmann::json> dags_json(Reader& reader, const Call& call,
                                  const std::vector<storage::DagRecord>& records) {
  auto list = nlohmann::json::array();
  const auto now = call.deps.clock.now().wall;
  for (const auto& record : records) {
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    list.push_back(dag_json(record, *dag, now));
  }
  return list;
}

/// Sorted by what the schedules say, which no column holds.
Outcome<storage::Listing<storage::DagRecord>> list_by_next_run(Reader& reader, const Call& call,
                                                               const Filter& filter,
                                                               bool descending,
                                                               storage::Page page) {
  API_TRY_ASSIGN(auto all, storage::list_dags(reader, filter, {},
                                              {.limit = storage::max_exact_total, .offset = 0}));
  // By the next run, then by dag_id, as the rows come; those without one are the last in time.
  std::vector<std::pair<Instant, std::size_t>> order;
  const auto now = call.deps.clock.now().wall;
  for (std::size_t i = 0; i < all.rows.size(); ++i) {
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, all.rows[i].row.current_version));
    const auto next = next_run_of(all.rows[i].row, *dag, now);
    order.emplace_back(next.run_after.value_or(Instant::max()), i);
  }
  std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    return descending ? b.first < a.first : a.first < b.first;
  });
  storage::Listing<storage::DagRecord> listing{.total = all.total,
                                               .total_is_exact = all.total_is_exact};
  const auto place_of = [&](const auto& entry) {
    return storage::Position{{to_micros(entry.first), all.rows[entry.second].row.dag_id}};
  };
  const auto is_before_page = [&](const auto& entry) {
    const auto place = place_of(entry).cells, after = page.after->cells;
    if (place[0] != after[0]) return descending ? after[0] < place[0] : place[0] < after[0];
    return place[1] <= after[1];
  };
  auto begin = std::min(static_cast<std::size_t>(page.offset), order.size());
  if (page.after) {
    if (page.after->cells.size() != 2)
      return refuse(ErrorCode::invalid_argument, "the cursor is not one of this list");
    begin = static_cast<std::size_t>(
        std::partition_point(order.begin(), order.end(), is_before_page) - order.begin());
  }
  const auto end = std::min(begin + static_cast<std::size_t>(page.limit), order.size());
  if (begin < end && end < order.size()) listing.next = place_of(order[end - 1]);
  for (std::size_t i = begin; i < end; ++i)
    listing.rows.push_back(std::move(all.rows[order[i].second]));
  return listing;
}

/// A DAGPatchBody. Errors: unprocessable; invalid_argument for the mask.
Outcome<bool> read_is_paused(const Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  body.require("is_paused");
  const auto is_paused = body.boolean("is_paused");
  API_TRY(body.check());
  for (const auto& field : Query(call.request).texts("update_mask"))
    if (field != "is_paused")
      return refuse(ErrorCode::invalid_argument,
                    fmt::format("update_mask: only is_paused can be changed, not \"{}\"",
                                field.substr(0, 100)));
  return *is_paused;
}

Outcome<http::Response> dag_response(Call& call) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    return json_response(dag_json(record, *dag, call.deps.clock.now().wall));
  });
}

}  // namespace

Outcome<http::Response> get_dags(Call& call) {
  Query query(call.request);
  auto filter = read_dag_filter(query);
  auto page = query.page();
  auto order = query.order_by(is_order, {{"dag_id", false}});
  API_TRY(query.check());
  API_TRY(take_cursor(call, page));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY(add_visible(filter, reader, call, "d.dag_id"));
    const auto next = std::find_if(order.begin(), order.end(),
                                   [](const auto& o) { return o.name == next_dagrun; });
    Outcome<storage::Listing<storage::DagRecord>> listing =
        next == order.end() ? Outcome<storage::Listing<storage::DagRecord>>(
                                  storage::list_dags(reader, filter, order, page))
                            : list_by_next_run(reader, call, filter, next->descending, page);
    API_TRY(listing);
    API_TRY_ASSIGN(auto rows, dags_json(reader, call, listing->rows));
    auto answer = collection_json("dags", std::move(rows), listing->total, listing->total_is_exact);
    add_next_cursor(answer, call, listing->next);
    return json_response(answer);
  });
}

Outcome<http::Response> get_dag(Call& call) {
  return dag_response(call);
}

Outcome<http::Response> patch_dag(Call& call) {
  API_TRY_ASSIGN(const bool is_paused, read_is_paused(call));
  API_TRY(call.command(
      PauseDag{.dag_id = call.value("dag_id"), .is_paused = is_paused, .actor = call.actor()}));
  return dag_response(call);
}

Outcome<http::Response> delete_dag(Call& call) {
  API_TRY(call.command(DeleteDag{.dag_id = call.value("dag_id"), .actor = call.actor()}));
  return no_content();
}

Outcome<http::Response> patch_dags(Call& call) {
  Query query(call.request);
  auto filter = read_dag_filter(query);
  const auto page = query.page();
  API_TRY(query.check());
  API_TRY_ASSIGN(const bool is_paused, read_is_paused(call));
  using Dags = storage::Listing<storage::DagRecord>;
  API_TRY_ASSIGN(const auto listing, call.read([&](Reader& reader) -> Outcome<Dags> {
    API_TRY(add_visible(filter, reader, call, "d.dag_id"));
    API_TRY_ASSIGN(auto found, storage::list_dags(reader, filter, {{"dag_id", false}}, page));
    return found;
  }));
  for (const auto& record : listing.rows) {
    const auto done = call.command(
        PauseDag{.dag_id = record.row.dag_id, .is_paused = is_paused, .actor = call.actor()});
    if (!done && done.error().error.code != ErrorCode::not_found)  // else it went away meanwhile
      return tl::make_unexpected(done.error());
  }
  // Those that were changed, though the filter may not let them through any more.
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    std::vector<storage::DagRecord> changed;
    for (const auto& record : listing.rows) {
      API_TRY_ASSIGN(auto now, storage::find_dag(reader, record.row.dag_id));
      if (now) changed.push_back(std::move(*now));
    }
    API_TRY_ASSIGN(auto rows, dags_json(reader, call, changed));
    return json_response(
        collection_json("dags", std::move(rows), listing.total, listing.total_is_exact));
  });
}

Outcome<http::Response> get_dag_details(Call& call) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    API_TRY_ASSIGN(const auto active, storage::count_active_runs(reader, record.row.key));
    return json_response(dag_details_json(record, *dag, active, call.deps));
  });
}

}  // namespace weft::api

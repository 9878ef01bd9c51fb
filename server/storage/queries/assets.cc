#include "server/storage/queries/assets.h"

#include <fmt/format.h>

#include "server/storage/queries/keyset.h"
#include "server/storage/queries/order.h"
#include "server/storage/rows.h"

namespace weft::storage {
namespace {

const std::string asset_columns =
    prefixed("asset", columns::asset) +
    ", (SELECT max(e.id) FROM asset_event e WHERE e.asset = asset.id AND e.at = "
    "(SELECT max(l.at) FROM asset_event l WHERE l.asset = asset.id))"
    ", (SELECT max(l.at) FROM asset_event l WHERE l.asset = asset.id)";
constexpr OrderColumn asset_order[] = {{"id", "asset.id"},
                                       {"name", "asset.name"},
                                       {"uri", "asset.uri"},
                                       {"created_at", "asset.created_at"},
                                       {"updated_at", "asset.updated_at"}};

AssetRecord make_asset(Statement& row) {
  AssetRecord record{.row = asset_row(row)};
  if (!row.is_null(7)) record.last_event = row.integer(7);
  record.last_event_at = row.optional_instant(8);
  return record;
}

const std::string event_columns =
    prefixed("e", columns::asset_event) + ", asset.uri, asset.name, asset.group_name";
// CROSS JOIN keeps the order: the event is looked for, its asset belongs to it.
constexpr std::string_view event_from = "FROM asset_event e CROSS JOIN asset ON asset.id = e.asset";
constexpr OrderColumn event_order[] = {{"id", "e.id", false},
                                       {"timestamp", "e.at", false},
                                       {"source_dag_id", "e.source_dag_id", false},
                                       {"source_run_id", "e.source_run_id", false},
                                       {"source_task_id", "e.source_task_id", false},
                                       {"source_map_index", "e.source_map_index", false}};

AssetEventRecord make_event(Statement& row) {
  return {.row = asset_event_row(row),
          .uri = row.string(9),
          .name = row.string(10),
          .group = row.string(11)};
}

}  // namespace

bool is_asset_order(std::string_view name) {
  return has_order(asset_order, name);
}

Result<Listing<AssetRecord>> list_assets(Reader& reader, const Filter& filter,
                                         const std::vector<Order>& order, Page page) {
  return select_page(reader, asset_columns, "FROM asset", filter,
                     order_by(asset_order, order, "asset.id"), page, make_asset);
}

Result<std::optional<AssetRecord>> find_asset(Reader& reader, AssetId id) {
  Filter filter;
  filter.add_equal("asset.id", id.value);
  return select_one(reader, asset_columns, "FROM asset", filter, make_asset);
}

Result<std::optional<AssetRecord>> find_asset_by_uri(Reader& reader, std::string_view uri) {
  Filter filter;
  filter.add_equal("asset.uri", std::string(uri));
  return select_one(reader, asset_columns, "FROM asset", filter, make_asset);
}

void add_asset_users(Filter& filter, const std::vector<std::string>& dag_ids, bool only_active) {
  Filter users;
  if (only_active) users.add("d.is_stale = 0");
  if (!dag_ids.empty()) users.add_in("d.dag_id", dag_ids);
  if (!users.empty())
    filter.add_exists("asset_reference f CROSS JOIN dag d", "f.asset = asset.id AND d.key = f.dag",
                      users);
}

void add_asset_schedule(Filter& filter, std::optional<bool> has,
                        const std::optional<std::string>& pattern) {
  const std::string waits =
      "EXISTS (SELECT 1 FROM asset_reference f WHERE f.dag = d.key AND f.kind = 0)";
  if (has) filter.add(*has ? waits : "NOT " + waits);
  if (!pattern) return;
  Filter named;
  named.add_pattern("asset.name || char(10) || asset.uri", *pattern);
  if (named.empty()) return;  // a pattern without a word says nothing
  filter.add_exists("asset_reference f CROSS JOIN asset",
                    "f.dag = d.key AND f.kind = 0 AND asset.id = f.asset", named);
}

Result<std::vector<AssetUse>> list_asset_uses(Reader& reader, AssetId asset) {
  Statement& statement = reader.prepare(
      "SELECT f.kind, d.dag_id, f.task_id, f.created_at, f.updated_at FROM asset_reference f "
      "CROSS JOIN dag d ON d.key = f.dag WHERE f.asset = ? AND d.is_stale = 0 "
      "ORDER BY f.kind, d.dag_id, f.task_id");
  statement.bind(1, asset);
  std::vector<AssetUse> uses;
  TRY(statement.each([&](const Statement& row) {
    uses.push_back({.kind = static_cast<AssetReference::Kind>(row.integer(0)),
                    .dag_id = row.string(1),
                    .task_id = row.string(2),
                    .created_at = row.instant(3),
                    .updated_at = row.instant(4)});
  }));
  return uses;
}

bool is_asset_event_order(std::string_view name) {
  return has_order(event_order, name);
}

Result<Listing<AssetEventRecord>> list_asset_events(Reader& reader, const Filter& filter,
                                                    const std::vector<Order>& order, Page page) {
  Source source{.columns = event_columns,
                .from = std::string(event_from),
                .counted = "FROM asset_event e",
                .walk = "e.id > 0"};
  if (filter.names("asset")) source.counted = event_from;
  return select_sorted(reader, source, filter, sort_terms(event_order, order, "e.id"), page,
                       make_event);
}

Result<std::optional<AssetEventRecord>> find_asset_event(Reader& reader, std::int64_t id) {
  Filter filter;
  filter.add_equal("e.id", id);
  return select_one(reader, event_columns, event_from, filter, make_event);
}

Result<Listing<AssetEventRecord>> list_upstream_events(Reader& reader, RunId run, Page page) {
  constexpr std::string_view from =
      "FROM asset_consumed c CROSS JOIN asset_event e ON e.asset = c.asset AND e.partition_key = "
      "c.partition_key AND e.id BETWEEN c.first_event AND c.last_event "
      "CROSS JOIN asset ON asset.id = e.asset";
  Filter filter;
  filter.add_equal("c.run", run.value);
  return select_page(reader, event_columns, from, filter, "ORDER BY e.id", page, make_event);
}

Result<std::vector<ConsumingRun>> list_consuming_runs(Reader& reader, const AssetEventRow& event) {
  // From DAG to DAG, and of each the one range that may hold the event.
  static const std::string sql = fmt::format(
      "WITH RECURSIVE consumers (dag) AS ("
      "SELECT min(dag) FROM asset_consumed WHERE asset = ?1 AND partition_key = ?2 "
      "UNION ALL SELECT (SELECT min(dag) FROM asset_consumed WHERE asset = ?1 AND partition_key = "
      "?2 AND dag > consumers.dag) FROM consumers WHERE consumers.dag IS NOT NULL) "
      "SELECT d.dag_id, {} FROM consumers CROSS JOIN asset_consumed c ON c.asset = ?1 AND "
      "c.partition_key = ?2 AND c.dag = consumers.dag AND c.first_event = "
      "(SELECT max(m.first_event) FROM asset_consumed m WHERE m.asset = ?1 AND m.partition_key = "
      "?2 AND m.dag = consumers.dag AND m.first_event <= ?3) AND c.last_event >= ?3 "
      "CROSS JOIN run r ON r.id = c.run CROSS JOIN dag d ON d.key = r.dag ORDER BY d.dag_id",
      prefixed("r", columns::run));
  Statement& statement = reader.prepare(sql);
  statement.bind(1, event.asset).bind(2, event.partition_key).bind(3, event.id);
  std::vector<ConsumingRun> runs;
  TRY(statement.each([&](const Statement& row) {
    runs.push_back({.dag_id = row.string(0), .row = run_row(row, 1)});
  }));
  return runs;
}

Result<std::vector<QueuedAsset>> list_queued_assets(Reader& reader, const Filter& filter) {
  const std::string sql =
      "SELECT d.dag_id, v.display_name, q.asset, min(q.at) FROM asset_queue q CROSS JOIN dag d ON "
      "d.key = q.dag CROSS JOIN dag_version v ON v.id = d.current_version " +
      filter.where() + " GROUP BY d.dag_id, q.asset ORDER BY d.dag_id, q.asset LIMIT 10000";
  Statement& statement = reader.prepare(sql);
  filter.bind(statement, 1);
  std::vector<QueuedAsset> queued;
  TRY(statement.each([&](const Statement& row) {
    queued.push_back({.dag_id = row.string(0),
                      .display_name = row.string(1),
                      .asset = row.id<AssetId>(2),
                      .at = row.instant(3)});
  }));
  return queued;
}

}  // namespace weft::storage

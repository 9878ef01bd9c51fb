#include "server/storage/queries/dags.h"

#include "server/storage/queries/keyset.h"
#include "server/storage/queries/order.h"

namespace weft::storage {
namespace {

constexpr std::string_view columns =
    "d.key, d.dag_id, d.bundle, d.path, d.is_paused, d.is_stale, d.has_import_errors, "
    "d.current_version, d.cursor, d.once_done, d.version_count, d.last_parsed, "
    "v.number, v.created_at, v.display_name, v.description, v.owner, v.timezone, v.schedule, "
    "v.tags, v.max_active_runs, v.max_active_tasks";
constexpr std::string_view from = "FROM dag d CROSS JOIN dag_version v ON v.id = d.current_version";

constexpr OrderColumn order_columns[] = {
    {"dag_id", "d.dag_id", false},      {"dag_display_name", "v.display_name", false},
    {"state", dag_last_run_state},      {"last_run_state", dag_last_run_state},
    {"start_date", dag_last_run_start}, {"last_run_start_date", dag_last_run_start},
};

std::vector<std::string> make_tags(std::string_view text) {
  std::vector<std::string> tags;
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) return tags;
  for (const auto& tag : list)
    if (tag.is_string()) tags.push_back(tag.get<std::string>());
  return tags;
}

DagRow make_row(Statement& row) {
  return {.key = row.id<DagKey>(0),
          .dag_id = row.string(1),
          .bundle = row.string(2),
          .path = row.string(3),
          .is_paused = row.boolean(4),
          .is_stale = row.boolean(5),
          .has_import_errors = row.boolean(6),
          .current_version = row.id<VersionId>(7),
          .cursor = row.optional_instant(8),
          .once_done = row.boolean(9),
          .version_count = row.integer(10),
          .last_parsed = row.instant(11)};
}

DagRecord make_dag(Statement& row) {
  return {.row = make_row(row),
          .version_number = row.integer(12),
          .version_created_at = row.instant(13),
          .display_name = row.string(14),
          .description = row.string(15),
          .owner = row.string(16),
          .timezone = row.string(17),
          .schedule = row.is_null(18) ? std::nullopt : std::optional(row.string(18)),
          .tags = make_tags(row.text(19)),
          .max_active_runs = row.integer(20),
          .max_active_tasks = row.integer(21)};
}

/// Of a SELECT whose only column is `name`; the filter may name it.
Result<Listing<std::string>> list_names(Reader& reader, std::string_view select,
                                        const Filter& filter, bool descending, Page page) {
  const std::string from_names = std::string("FROM (").append(select).append(")");
  return select_page(reader, "name", from_names, filter,
                     descending ? "ORDER BY name DESC" : "ORDER BY name", page,
                     [](Statement& row) { return row.string(0); });
}

}  // namespace

void add_tags(Filter& filter, const std::vector<std::string>& tags, bool all) {
  const std::string matches =
      "(SELECT count(DISTINCT value) FROM json_each(v.tags) "
      "WHERE value IN (SELECT value FROM json_each(?)))";
  const auto list = json_list(tags);
  if (all)
    filter.add(matches + " = (SELECT count(DISTINCT value) FROM json_each(?))", {list, list});
  else
    filter.add(matches + " > 0", {list});
}

bool is_dag_order(std::string_view name) {
  return has_order(order_columns, name);
}

Result<Listing<DagRecord>> list_dags(Reader& reader, const Filter& filter,
                                     const std::vector<Order>& order, Page page) {
  const Source source{.columns = columns, .from = std::string(from), .counted = std::string(from)};
  return select_sorted(reader, source, filter, sort_terms(order_columns, order, "d.dag_id"), page,
                       make_dag);
}

Result<std::optional<DagRecord>> find_dag(Reader& reader, std::string_view dag_id) {
  Filter filter;
  filter.add_equal("d.dag_id", std::string(dag_id));
  return select_one(reader, columns, from, filter, make_dag);
}

Result<std::vector<std::string>> dag_ids_with_tags(Reader& reader,
                                                   const std::vector<std::string>& tags) {
  Filter filter;
  add_tags(filter, tags, false);
  Statement& statement =
      reader.prepare(std::string("SELECT d.dag_id ").append(from).append(" ") + filter.where());
  filter.bind(statement, 1);
  std::vector<std::string> dag_ids;
  TRY(statement.each([&](Statement& row) { dag_ids.push_back(row.string(0)); }));
  return dag_ids;
}

Result<std::int64_t> count_active_runs(Reader& reader, DagKey dag) {
  Statement& statement =
      reader.prepare("SELECT count(*) FROM run WHERE dag = ? AND state IN (0, 1)");
  statement.bind(1, dag);
  TRY(statement.step());
  const auto count = statement.integer(0);
  statement.reset();
  return count;
}

void add_tags_of(Filter& filter, const std::vector<std::string>& dag_ids) {
  Filter dags;
  dags.add_in("d.dag_id", dag_ids);
  filter.add_exists(
      "dag d CROSS JOIN dag_version v ON v.id = d.current_version CROSS JOIN json_each(v.tags) t",
      "d.is_stale = 0 AND t.value = name", dags);
}

Result<Listing<std::string>> list_tags(Reader& reader, const Filter& filter, bool descending,
                                       Page page) {
  return list_names(reader,
                    "SELECT DISTINCT t.value AS name FROM dag d CROSS JOIN dag_version v "
                    "ON v.id = d.current_version CROSS JOIN json_each(v.tags) t "
                    "WHERE d.is_stale = 0",
                    filter, descending, page);
}

void add_owners_of(Filter& filter, const std::vector<std::string>& dag_ids) {
  Filter dags;
  dags.add_in("d.dag_id", dag_ids);
  filter.add_exists("dag d CROSS JOIN dag_version v ON v.id = d.current_version",
                    "d.is_stale = 0 AND v.owner = name", dags);
}

Result<Listing<std::string>> list_owners(Reader& reader, const Filter& filter, bool descending,
                                         Page page) {
  return list_names(reader,
                    "SELECT DISTINCT v.owner AS name FROM dag d CROSS JOIN dag_version v "
                    "ON v.id = d.current_version WHERE d.is_stale = 0 AND v.owner <> ''",
                    filter, descending, page);
}

}  // namespace weft::storage

#include "server/storage/queries/versions.h"

#include "server/storage/queries/order.h"

namespace weft::storage {
namespace {

constexpr std::string_view columns =
    "v.id, v.dag, v.number, v.created_at, d.dag_id, v.display_name, d.bundle";
constexpr std::string_view from = "FROM dag_version v CROSS JOIN dag d ON d.key = v.dag";

constexpr OrderColumn order_columns[] = {
    {"id", "v.id"},
    {"version_number", "v.number"},
    {"bundle_name", "d.bundle"},
    {"bundle_version", "NULL"},
};

VersionRecord make_version(Statement& row) {
  return {.id = row.id<VersionId>(0),
          .dag = row.id<DagKey>(1),
          .number = row.integer(2),
          .created_at = row.instant(3),
          .dag_id = row.string(4),
          .display_name = row.string(5),
          .bundle = row.string(6)};
}

Result<std::vector<VersionId>> read_ids(Statement& statement) {
  std::vector<VersionId> ids;
  TRY(statement.each([&](Statement& row) { ids.push_back(row.id<VersionId>(0)); }));
  return ids;
}

}  // namespace

bool is_version_order(std::string_view name) {
  return has_order(order_columns, name);
}

Result<Listing<VersionRecord>> list_versions(Reader& reader, std::optional<DagKey> dag,
                                             const Filter& filter, const std::vector<Order>& order,
                                             Page page) {
  Filter all;
  if (dag) all.add_equal("v.dag", dag->value);
  all.add(filter);
  // A number tells the versions of one DAG apart.
  const std::string_view key = dag ? "v.number" : "v.id";
  return select_page(reader, columns, from, all, order_by(order_columns, order, key), page,
                     make_version);
}

Result<std::optional<VersionRecord>> find_version(Reader& reader, DagKey dag, std::int64_t number) {
  Filter filter;
  filter.add_equal("v.dag", dag.value);
  filter.add_equal("v.number", number);
  return select_one(reader, columns, from, filter, make_version);
}

Result<std::optional<VersionRecord>> find_version(Reader& reader, VersionId id) {
  Filter filter;
  filter.add_equal("v.id", id.value);
  return select_one(reader, columns, from, filter, make_version);
}

Result<std::optional<std::string>> version_hash(Reader& reader, VersionId id) {
  Filter filter;
  filter.add_equal("v.id", id.value);
  return select_one(reader, "v.hash", "FROM dag_version v", filter,
                    [](Statement& row) { return row.string(0); });
}

Result<std::optional<VersionText>> version_text(Reader& reader, VersionId id) {
  Filter filter;
  filter.add_equal("v.id", id.value);
  return select_one(reader, "d.path, v.canonical, v.source", from, filter, [](Statement& row) {
    return VersionText{row.string(0), row.string(1), row.string(2)};
  });
}

Result<std::vector<VersionId>> version_ids(Reader& reader, DagKey dag, std::int64_t limit) {
  return read_ids(reader
                      .prepare("SELECT id FROM dag_version WHERE dag = ? "
                               "ORDER BY number DESC LIMIT ?")
                      .bind_all(dag, limit));
}

Result<std::vector<VersionId>> all_version_ids(Reader& reader, std::int64_t limit) {
  return read_ids(reader.prepare("SELECT id FROM dag_version WHERE id > 0 ORDER BY id DESC LIMIT ?")
                      .bind_all(limit));
}

}  // namespace weft::storage

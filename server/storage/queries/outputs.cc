#include "server/storage/queries/outputs.h"

namespace weft::storage {
namespace {

constexpr std::string_view columns =
    "o.key, o.at, ti.task_id, ti.map_index, r.run_id, r.logical_date, r.run_after, d.dag_id, "
    "v.display_name, r.version";
constexpr std::string_view joins =
    "CROSS JOIN dag d ON d.key = r.dag CROSS JOIN dag_version v ON v.id = r.version";
constexpr std::string_view by_run =
    "FROM run r CROSS JOIN task_instance ti ON ti.run = r.id "
    "CROSS JOIN output o ON o.instance = ti.id ";
constexpr std::string_view by_output =
    "FROM output o CROSS JOIN task_instance ti ON ti.id = o.instance "
    "CROSS JOIN run r ON r.id = ti.run ";

OutputRecord make_output(Statement& row) {
  return {.key = row.string(0),
          .at = row.instant(1),
          .task_id = row.string(2),
          .map_index = static_cast<std::int32_t>(row.integer(3)),
          .run_id = row.string(4),
          .logical_date = row.optional_instant(5),
          .run_after = row.instant(6),
          .dag_id = row.string(7),
          .dag_display_name = row.string(8),
          .version = row.id<VersionId>(9)};
}

std::string from(std::string_view way) {
  return std::string(way).append(joins);
}

}  // namespace

Result<Listing<OutputRecord>> list_outputs(Reader& reader, const OutputQuery& query) {
  Filter filter;
  std::string_view way = by_run;
  if (query.run) {
    filter.add_equal("r.id", query.run->value);
  } else if (query.dag) {
    filter.add_equal("r.dag", query.dag->value);
  } else {
    way = by_output;
    filter.add("o.instance > 0");
  }
  filter.add(query.filter);
  return select_page(reader, columns, from(way), filter,
                     way == by_run ? "ORDER BY r.id, ti.task_id, ti.map_index, o.key"
                                   : "ORDER BY o.instance, o.key",
                     query.page, make_output);
}

Result<std::optional<OutputRecord>> find_output(Reader& reader, InstanceId instance,
                                                std::string_view key) {
  Filter filter;
  filter.add_equal("o.instance", instance.value);
  filter.add_equal("o.key", std::string(key));
  return select_one(reader, std::string(columns).append(", o.value"), from(by_output), filter,
                    [](Statement& row) {
                      auto output = make_output(row);
                      output.value = row.string(10);
                      return output;
                    });
}

Result<std::vector<std::pair<std::string, std::string>>> outputs_of(Reader& reader,
                                                                    InstanceId instance) {
  Statement& statement =
      reader.prepare("SELECT key, value FROM output WHERE instance = ? ORDER BY key");
  statement.bind(1, instance);
  std::vector<std::pair<std::string, std::string>> values;
  TRY(statement.each([&](Statement& row) { values.emplace_back(row.string(0), row.string(1)); }));
  return values;
}

}  // namespace weft::storage

// What the writer asks costs the same whatever is stored: no plan scans a table.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "server/storage/writer.h"

namespace weft::storage {
namespace {

std::vector<std::string> plan_of(Database& database, const std::string& sql) {
  std::vector<std::string> steps;
  auto statement = database.prepare("EXPLAIN QUERY PLAN " + sql);
  EXPECT_TRUE(statement) << sql;
  EXPECT_TRUE(statement->each([&](const Statement& row) { steps.push_back(row.string(3)); }));
  return steps;
}

bool scans(const std::string& step) {
  // "SCAN CONSTANT ROW" is a SELECT of sub-selects; the partial indexes hold what is active only.
  return step.starts_with("SCAN") && step.find("CONSTANT ROW") == std::string::npos &&
         step.find("_active") == std::string::npos;
}

TEST(Plans, no_statement_of_the_writer_scans_a_table) {
  auto writer = std::move(Writer::open(":memory:").value());
  auto database = std::move(Database::open(writer->location(), OpenMode::read_only).value());
  for (std::size_t i = 0; i < sql_count; ++i) {
    if (may_scan(static_cast<Sql>(i))) continue;
    const std::string& sql = writer_sql()[i];
    for (const std::string& step : plan_of(database, sql))
      EXPECT_FALSE(scans(step)) << sql << "\n  " << step;
  }
}

TEST(Plans, the_test_sees_a_scan) {
  auto writer = std::move(Writer::open(":memory:").value());
  auto database = std::move(Database::open(writer->location(), OpenMode::read_only).value());
  const auto steps = plan_of(database, "SELECT * FROM task_instance WHERE state = 3");
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_TRUE(scans(steps[0])) << steps[0];
}

}  // namespace
}  // namespace weft::storage

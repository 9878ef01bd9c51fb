// The bounds of lists: how far totals are counted, how long a query may take.

#include "server/storage/queries/list.h"
#include "server/storage/queries/order.h"
#include "tests/unit/api/api_fixture.h"
#include "tests/unit/storage/rows.h"

namespace weft::test {
namespace {

class Lists : public ApiFixture {};

TEST_F(Lists, totals_are_exact_to_ten_thousand) {
  put_dag();
  const auto fill = [&](std::int64_t from, std::int64_t to) {
    writer_->begin();
    for (auto id = from; id <= to; ++id)
      ASSERT_TRUE(writer_->write(run_row(id, RunState::success)));
    ASSERT_TRUE(writer_->commit());
  };
  fill(1001, 11'000);
  auto list = get_json("/api/v2/dags/orders/dagRuns?limit=1&offset=9999");
  EXPECT_EQ(list["total_entries"], 10'000);
  EXPECT_FALSE(list.contains("total_entries_exact"));
  EXPECT_EQ(list["dag_runs"][0]["dag_run_id"], "manual__11000");
  fill(11'001, 11'001);
  list = get_json("/api/v2/dags/~/dagRuns?limit=1&offset=10000");
  EXPECT_EQ(list["total_entries"], 10'000);
  EXPECT_EQ(list["total_entries_exact"], false);
  EXPECT_EQ(list["dag_runs"][0]["dag_run_id"], "manual__11001");
}

TEST_F(Lists, a_query_that_takes_too_long_is_ended) {
  const auto answer = readers_->with([](storage::Reader& reader) -> Result<void> {
    const storage::ReadBudget budget(reader, std::chrono::milliseconds(0));
    auto& endless = reader.prepare(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT count(*) FROM n");
    return budget.check(endless.each([](storage::Statement&) {}));
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::resource_exhausted);
  // The connection works on without the budget.
  EXPECT_TRUE(readers_->with([](storage::Reader& reader) -> Result<void> {
    return reader.prepare("SELECT 1").each([](storage::Statement&) {});
  }));
}

TEST(Order, ends_with_the_key_in_the_last_direction) {
  constexpr storage::OrderColumn columns[] = {{"id", "r.id"}, {"state", "r.state"}};
  EXPECT_EQ(storage::order_by(columns, {}, "r.id"), "ORDER BY r.id");
  EXPECT_EQ(storage::order_by(columns, {{"state", true}}, "r.id"),
            "ORDER BY r.state DESC, r.id DESC");
  EXPECT_EQ(storage::order_by(columns, {{"id", true}}, "r.id"), "ORDER BY r.id DESC");
  // Behind the key nothing decides, nor does a second time.
  EXPECT_EQ(storage::order_by(columns, {{"id", true}, {"state", false}}, "r.id"),
            "ORDER BY r.id DESC");
  EXPECT_EQ(storage::order_by(columns, {{"state", false}, {"state", true}}, "r.id"),
            "ORDER BY r.state, r.id DESC");
  EXPECT_FALSE(storage::has_order(columns, "nonsense"));
}

TEST(Filter, values_never_become_text) {
  storage::Filter filter;
  filter.add_equal("a", std::string("x' OR 1=1"));
  filter.add_in("b", std::vector<std::string>{"y"});
  filter.add_pattern("c", "p | q");
  filter.add_pattern("d", " | ");
  EXPECT_EQ(filter.where(),
            "WHERE (a = ?) AND (b IN (SELECT value FROM json_each(?))) AND (EXISTS (SELECT 1 FROM "
            "(SELECT value AS alternative FROM json_each(?)) WHERE c LIKE alternative))");
  EXPECT_EQ(storage::Filter().where(), "");
}

TEST(Filter, knows_the_tables_that_it_names) {
  storage::Filter filter;
  filter.add_equal("r.dag", std::int64_t{1});
  filter.add("(ti.id > 0) AND end.x = 1");
  EXPECT_TRUE(filter.names("r"));
  EXPECT_TRUE(filter.names("ti"));
  EXPECT_FALSE(filter.names("d"));
  EXPECT_FALSE(filter.names("i"));
}

}  // namespace
}  // namespace weft::test

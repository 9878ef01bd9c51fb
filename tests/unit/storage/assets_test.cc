// Assets' rows as they are written and found again.

#include <gmock/gmock.h>

#include "server/storage/writer.h"
#include "tests/unit/storage/rows.h"

namespace weft::storage {
namespace {

using ::testing::ElementsAre;
using weft::test::at;

class AssetRows : public ::testing::Test {
 protected:
  AssetRows() {
    write({weft::test::dag_row(), weft::test::version_row(), asset(1, "a"), asset(2, "b")});
  }

  void write(const std::vector<Change>& changes) {
    writer_->begin();
    for (const Change& change : changes) {
      const auto written = writer_->write(change);
      ASSERT_TRUE(written) << written.error().message;
    }
    ASSERT_TRUE(writer_->commit());
  }

  static AssetRow asset(std::int64_t id, const std::string& uri) {
    return {AssetId{id}, uri, uri, "asset", nlohmann::json::object(), at(1), at(1)};
  }
  static AssetEventRow event(std::int64_t id, std::int64_t asset, const std::string& partition) {
    AssetEventRow row;
    row.id = id;
    row.asset = AssetId{asset};
    row.at = at(id);
    row.extra = {{"n", id}};
    row.partition_key = partition;
    return row;
  }
  std::vector<std::string> column(const std::string& sql) {
    auto database = std::move(Database::open(writer_->location(), OpenMode::read_only).value());
    std::vector<std::string> values;
    auto statement = std::move(database.prepare(sql).value());
    EXPECT_TRUE(statement.each([&](const Statement& row) { values.push_back(row.string(0)); }));
    return values;
  }

  std::unique_ptr<Writer> writer_ = std::move(Writer::open(":memory:").value());
};

TEST_F(AssetRows, a_new_versions_references_take_the_place_of_the_old_ones) {
  using Kind = AssetReference::Kind;
  write({AssetReferences{DagKey{1},
                         VersionId{1},
                         at(10),
                         {{AssetId{1}, Kind::outlet, "extract"}, {AssetId{2}, Kind::inlet, "x"}}}});
  write(
      {AssetReferences{DagKey{1},
                       VersionId{2},
                       at(20),
                       {{AssetId{1}, Kind::outlet, "extract"}, {AssetId{1}, Kind::schedule, ""}}}});
  EXPECT_THAT(column("SELECT task_id || kind FROM asset_reference ORDER BY kind"),
              ElementsAre("0", "extract2"));
  EXPECT_THAT(column("SELECT created_at < updated_at FROM asset_reference ORDER BY kind"),
              ElementsAre("0", "1"));
}

TEST_F(AssetRows, events_are_found_by_partition_and_range) {
  write({event(1, 1, ""), event(2, 1, "p"), event(3, 2, "p"), event(4, 1, "p"), event(5, 1, "p")});
  const auto found = writer_->asset_events(AssetId{1}, "p", 2, 4, 10);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].id, 2);
  EXPECT_EQ(found[1].id, 4);
  EXPECT_EQ(found[1].extra, (nlohmann::json{{"n", 4}}));
  const auto newest = writer_->asset_events(AssetId{1}, "p", 1, 9, 1);
  ASSERT_EQ(newest.size(), 1u);
  EXPECT_EQ(newest[0].id, 5);
}

TEST_F(AssetRows, the_newest_event_is_found_of_a_partition_or_of_all) {
  EXPECT_FALSE(writer_->newest_asset_event(AssetId{1}, std::nullopt));
  write({event(1, 1, ""), event(2, 1, "p"), event(3, 2, "p"), event(4, 1, "q")});
  EXPECT_EQ(writer_->newest_asset_event(AssetId{1}, std::nullopt)->id, 4);
  EXPECT_EQ(writer_->newest_asset_event(AssetId{1}, "p")->id, 2);
  EXPECT_EQ(writer_->newest_asset_event(AssetId{1}, "")->id, 1);
  EXPECT_FALSE(writer_->newest_asset_event(AssetId{2}, "q"));
}

TEST_F(AssetRows, a_start_finds_what_waits) {
  AssetQueuedRow queued{DagKey{1}, AssetId{1}, "p", at(5), 7, 7};
  write({event(7, 1, "p"), queued});
  queued.last_event = 8;
  write({event(8, 1, "p"), queued, AssetQueuedRow{DagKey{1}, AssetId{2}, "", at(5), 9, 9}});
  write({AssetQueuedDeleted{DagKey{1}, AssetId{2}, ""}});
  const Snapshot snapshot = writer_->load_snapshot().value();
  ASSERT_EQ(snapshot.asset_queue.size(), 1u);
  EXPECT_EQ(snapshot.asset_queue[0].first_event, 7);
  EXPECT_EQ(snapshot.asset_queue[0].last_event, 8);
  EXPECT_EQ(snapshot.assets.size(), 2u);
  EXPECT_EQ(snapshot.highest.asset, AssetId{2});
  EXPECT_EQ(snapshot.highest.asset_event, 8);
}

TEST_F(AssetRows, a_run_knows_its_events_and_its_partition) {
  RunRow run = weft::test::run_row(1);
  run.partition_key = "p";
  write({run, AssetConsumedRow{RunId{1}, DagKey{1}, AssetId{2}, "p", 3, 4},
         AssetConsumedRow{RunId{1}, DagKey{1}, AssetId{1}, "p", 1, 2}});
  const auto consumed = writer_->consumed_assets(RunId{1});
  ASSERT_EQ(consumed.size(), 2u);
  EXPECT_EQ(consumed[0].asset, AssetId{1});
  EXPECT_EQ(consumed[1].first_event, 3);
  EXPECT_EQ(writer_->load_run(RunId{1})->run.partition_key, "p");
}

}  // namespace
}  // namespace weft::storage

// sensor.asset: waits for an event of an asset.

#include "tests/unit/core/scheduler/asset_lab.h"

namespace weft::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

class AssetSensor : public testing::Test {
 protected:
  void put(const std::string& with, const std::string& more = "") {
    lab_.put_dag("d", R"("tasks": [{"task_id": "t", "type": "sensor.asset", "with": {)" + with +
                          "}" + more + "}]");
  }
  std::string state(const std::string& run = "a") { return lab_.state("d", run, "t"); }

  AssetLab lab_;
};

TEST_F(AssetSensor, is_woken_by_an_event_and_tells_of_it) {
  put(R"("asset": "s3://a")");
  lab_.trigger("d", "a");
  EXPECT_EQ(state(), "up_for_reschedule");
  EXPECT_THAT(lab_.why("d", "a", "t"), ElementsAre("awaits_asset"));
  EXPECT_THAT(lab_.why_text("d", "a", "t"),
              HasSubstr("an event of asset \"s3://a\", since 2026-01-01T00:00:00+00:00"));
  const std::int64_t event = lab_.event("s3://a", "", {{"rows", 7}});
  EXPECT_EQ(state(), "success");
  const auto outputs = lab_.writer().outputs(lab_.row("d", "a", "t").id);
  EXPECT_EQ((*outputs)["event_id"], event);
  EXPECT_EQ((*outputs)["extra"]["rows"], 7);
  EXPECT_TRUE((*outputs)["partition_key"].is_null());
}

TEST_F(AssetSensor, an_event_of_before_its_interval_does_not_count) {
  put(R"("asset": "s3://a")");
  lab_.event("s3://a");
  lab_.trigger("d", "a");
  EXPECT_EQ(state(), "up_for_reschedule") << "the run's interval begins with the trigger";
  lab_.restart();
  EXPECT_EQ(state(), "up_for_reschedule");
  lab_.event("s3://a");
  EXPECT_EQ(state(), "success");
}

TEST_F(AssetSensor, since_moves_the_bound) {
  put(R"("asset": "s3://a", "since": "2026-01-01T00:00:00Z")");
  lab_.event("s3://a");
  lab_.pass(hours(5));
  lab_.trigger("d", "a");
  EXPECT_EQ(state(), "success");
}

TEST_F(AssetSensor, waits_for_its_partition_of_whatever_age) {
  put(R"("asset": "s3://a", "partition_key": "{{ ds }}")");
  lab_.event("s3://a", "2026-01-02");
  lab_.pass(hours(40));
  lab_.trigger("d", "a", 1);
  EXPECT_EQ(state("a"), "success");
  lab_.trigger("d", "b", 2);
  lab_.event("s3://a", "2026-01-04");
  lab_.event("s3://a");
  EXPECT_EQ(state("b"), "up_for_reschedule");
  lab_.event("s3://a", "2026-01-03");
  EXPECT_EQ(state("b"), "success");
}

TEST_F(AssetSensor, an_outlet_of_a_task_wakes_it_in_the_same_step) {
  put(R"("asset": "s3://a")");
  lab_.put_dag("maker", makes(R"("s3://a")"));
  lab_.trigger("d", "a");
  lab_.trigger("maker", "m");
  lab_.finish("m.make");
  EXPECT_EQ(state(), "success");
  const auto outputs = lab_.writer().outputs(lab_.row("d", "a", "t").id);
  EXPECT_EQ((*outputs)["source_dag_id"], "maker");
}

TEST_F(AssetSensor, gives_up_at_its_timeout) {
  put(R"("asset": "s3://a")", R"(, "timeout": "10m", "soft_fail": true)");
  lab_.trigger("d", "a");
  lab_.pass(minutes(10));
  EXPECT_EQ(state(), "skipped");
  lab_.event("s3://a");
  EXPECT_EQ(state(), "skipped");
}

TEST_F(AssetSensor, its_asset_is_an_inlet) {
  put(R"("asset": {"uri": "s3://a", "name": "orders"})");
  const auto& spec = *lab_.scheduler().state().find_dag("d")->spec;
  ASSERT_EQ(spec.tasks[0].inlets.size(), 1u);
  EXPECT_EQ(spec.asset(spec.tasks[0].inlets[0]).name, "orders");
}

}  // namespace
}  // namespace weft::test

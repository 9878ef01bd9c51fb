// Asset schedules as whole scenarios: who gets which events, once.

#include "tests/unit/core/scheduler/asset_lab.h"

namespace weft::test {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Assets, a_tasks_success_makes_a_run_of_who_waits_for_its_outlet) {
  AssetLab lab;
  lab.put_dag("make", makes("\"a\""));
  lab.put_dag("use", waits_for(R"({"any": ["a"]})"));
  lab.trigger("make", "m1");
  EXPECT_THAT(lab.runs("use"), IsEmpty());
  lab.finish("m1.make");
  ASSERT_THAT(lab.runs("use"), SizeIs(1));
  const RunRow run = lab.runs("use")[0];
  EXPECT_EQ(run.state, RunState::success);
  EXPECT_EQ(run.triggered_by, TriggeredBy::asset);
  EXPECT_FALSE(run.logical_date);
  EXPECT_EQ(run.data_interval->start, run.run_after);
  EXPECT_EQ(run.data_interval->end, run.run_after);
  EXPECT_EQ(run.run_id, "asset_triggered__" + format_instant(run.run_after) + "_1");
  EXPECT_THAT(lab.events_of(run.id), ElementsAre(1));
  const auto events = lab.writer().asset_events(lab.asset("a"), "", 1, 1, 10);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].source_dag_id, "make");
  EXPECT_EQ(events[0].source_run_id, "m1");
  EXPECT_EQ(events[0].source_task_id, "make");
  EXPECT_EQ(events[0].source_map_index, -1);
}

TEST(Assets, only_the_work_of_a_task_is_an_event) {
  AssetLab lab;
  lab.put_dag("make", makes("\"a\""));
  lab.put_dag("use", waits_for(R"({"any": ["a"]})"));
  lab.trigger("make", "failed");
  lab.finish("failed.make", AttemptState::failed, 1);
  lab.trigger("make", "skipped");
  lab.finish("skipped.make", AttemptState::skipped, 99);
  lab.trigger("make", "marked");
  lab.mark("make", "marked", MarkRun::To::success);
  EXPECT_THAT(lab.runs("use"), IsEmpty());
  lab.put_dag("inline", R"("tasks": [{"task_id": "t", "type": "noop", "outlets": ["a"]}])");
  lab.trigger("inline", "i");
  EXPECT_THAT(lab.runs("use"), SizeIs(1));
}

TEST(Assets, all_waits_for_each_and_a_run_has_all_events_since_the_last) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"all": ["a", {"any": ["b", "c"]}]})"));
  lab.event("a");
  lab.event("a");
  EXPECT_THAT(lab.runs("use"), IsEmpty());
  lab.event("c");
  ASSERT_THAT(lab.runs("use"), SizeIs(1));
  EXPECT_THAT(lab.events_of(lab.runs("use")[0].id), ElementsAre(1, 2, 3));
  EXPECT_EQ(lab.queued("use"), 0u);
  lab.event("b");
  lab.event("c");
  EXPECT_THAT(lab.runs("use"), SizeIs(1));
  lab.event("a");
  ASSERT_THAT(lab.runs("use"), SizeIs(2));
  EXPECT_THAT(lab.events_of(lab.runs("use")[1].id), ElementsAre(4, 5, 6));
}

TEST(Assets, each_consumer_gets_each_event_once) {
  AssetLab lab;
  lab.put_dag("one", waits_for(R"({"any": ["a"]})"));
  lab.put_dag("two", waits_for(R"({"all": ["a", "b"]})"));
  lab.event("a");
  lab.event("a");
  lab.event("b");
  ASSERT_THAT(lab.runs("one"), SizeIs(2));
  EXPECT_THAT(lab.events_of(lab.runs("one")[0].id), ElementsAre(1));
  EXPECT_THAT(lab.events_of(lab.runs("one")[1].id), ElementsAre(2));
  ASSERT_THAT(lab.runs("two"), SizeIs(1));
  EXPECT_THAT(lab.events_of(lab.runs("two")[0].id), ElementsAre(1, 2, 3));
}

TEST(Assets, partitions_are_counted_apart) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"all": ["a", "b"]})"));
  lab.event("a", "2026-01");
  lab.event("b", "2026-02");
  EXPECT_THAT(lab.runs("use"), IsEmpty());
  lab.event("a", "", json{{"partition_key", "2026-02"}});
  ASSERT_THAT(lab.runs("use"), SizeIs(1));
  EXPECT_EQ(lab.runs("use")[0].partition_key, "2026-02");
  EXPECT_THAT(lab.events_of(lab.runs("use")[0].id), ElementsAre(2, 3));
  EXPECT_EQ(lab.queued("use"), 1u);
}

TEST(Assets, a_task_says_the_extra_of_its_events) {
  AssetLab lab;
  lab.put_dag("make", makes(R"("a", "b")"));
  lab.put_dag("use", waits_for(R"({"any": ["a"]})"));
  lab.trigger("make", "m");
  lab.finish("m.make", AttemptState::success, 0,
             json{{"asset_events", {{"a", {{"rows", 7}, {"partition_key", "p"}}}}}});
  const auto events = lab.writer().asset_events(lab.asset("a"), "p", 1, 9, 10);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].extra, (json{{"rows", 7}, {"partition_key", "p"}}));
  ASSERT_THAT(lab.writer().asset_events(lab.asset("b"), "", 1, 9, 10), SizeIs(1));
  EXPECT_EQ(lab.runs("use")[0].partition_key, "p");
}

TEST(Assets, what_a_task_says_wrongly_is_told) {
  AssetLab lab;
  lab.put_dag("make", makes("\"a\""));
  lab.trigger("make", "m");
  lab.finish("m.make", AttemptState::success, 0, json{{"asset_events", "a"}});
  bool told = false;
  for (const Change& change : lab.changes())
    if (const auto* row = std::get_if<EventRow>(&change))
      told |= row->kind == EventRow::Kind::asset_problem;
  EXPECT_TRUE(told);
  EXPECT_THAT(lab.writer().asset_events(lab.asset("a"), "", 1, 9, 10), SizeIs(1));
}

TEST(Assets, events_accumulate_while_a_run_waits_for_its_start) {
  AssetLab lab;
  lab.put_dag("use", R"("max_active_runs": 1, )" +
                         waits_for(R"({"any": ["a"]})",
                                   R"("tasks": [{"task_id": "t", "command": "true"}])"));
  lab.event("a");  // runs
  lab.event("a");  // its run is queued behind it
  lab.event("a");
  lab.event("a");
  ASSERT_THAT(lab.runs("use"), SizeIs(2));
  EXPECT_EQ(lab.queued("use"), 1u);
  lab.finish(lab.runs("use")[0].run_id + ".t");
  lab.pass(seconds(1));
  ASSERT_THAT(lab.runs("use"), SizeIs(3)) << "looked at when the queued one started";
  EXPECT_THAT(lab.events_of(lab.runs("use")[2].id), ElementsAre(3, 4));
  lab.finish_all();
  EXPECT_THAT(lab.runs("use"), SizeIs(3));
}

TEST(Assets, a_paused_dag_lets_events_accumulate_and_looks_when_it_goes_on) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"any": ["a"]})"));
  lab.pause("use", true);
  lab.event("a");
  lab.event("a");
  EXPECT_THAT(lab.runs("use"), IsEmpty());
  lab.pause("use", false);
  ASSERT_THAT(lab.runs("use"), SizeIs(1));
  EXPECT_THAT(lab.events_of(lab.runs("use")[0].id), ElementsAre(1, 2));
}

TEST(Assets, a_dag_without_its_file_makes_no_run_and_loses_no_event) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"any": ["a"]})"));
  ASSERT_TRUE(lab.apply(RemoveDagFile{"main", "use.dag.json"}));
  lab.event("a");
  EXPECT_THAT(lab.runs("use"), IsEmpty());
  lab.put_dag("use", waits_for(R"({"any": ["a"]})"));
  EXPECT_THAT(lab.runs("use"), SizeIs(1));
}

TEST(Assets, a_restart_keeps_what_waits) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"all": ["a", "b"]})"));
  lab.event("a");
  lab.restart();
  EXPECT_EQ(lab.queued("use"), 1u);
  lab.event("b");
  ASSERT_THAT(lab.runs("use"), SizeIs(1));
  EXPECT_THAT(lab.events_of(lab.runs("use")[0].id), ElementsAre(1, 2));
}

TEST(Assets, a_restart_between_an_event_and_its_run_makes_the_run) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"any": ["a"]})"));
  CreateAssetEvent command;
  command.asset = lab.asset("a");
  ASSERT_TRUE(lab.apply(command));
  EXPECT_THAT(lab.runs("use"), IsEmpty()) << "the events are stored before their run is made";
  lab.restart();
  EXPECT_THAT(lab.runs("use"), SizeIs(1));
}

TEST(Assets, an_edited_schedule_forgets_what_it_does_not_wait_for_any_more) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"all": ["a", "b", "c"]})"));
  lab.event("a");
  lab.event("b");
  lab.put_dag("use", waits_for(R"({"all": ["a", "c"]})"));
  EXPECT_EQ(lab.queued("use"), 1u);
  lab.put_dag("use", waits_for(R"({"all": ["a", "b"]})"));
  EXPECT_THAT(lab.runs("use"), IsEmpty());
  lab.put_dag("use", waits_for(R"({"any": ["a", "b"]})"));
  ASSERT_THAT(lab.runs("use"), SizeIs(1)) << "the new tree is looked at";
  EXPECT_THAT(lab.events_of(lab.runs("use")[0].id), ElementsAre(1));
  lab.put_dag("use", R"("schedule": null, )" + noop);
  lab.event("a");
  EXPECT_EQ(lab.queued("use"), 0u);
}

TEST(Assets, a_time_tick_consumes_no_events) {
  AssetLab lab;
  lab.put_dag("use",
              R"("schedule": {"any": ["*/5 * * * *", {"assets": {"all": ["a", "b"]}}]}, )" + noop);
  lab.event("a");
  lab.pass(minutes(6));
  EXPECT_EQ(lab.queued("use"), 1u);
  int scheduled = 0;
  for (const Change& change : lab.changes())
    if (const auto* row = std::get_if<RunRow>(&change))
      scheduled += row->type == RunType::scheduled && row->state == RunState::success;
  EXPECT_GE(scheduled, 1);
  lab.event("b");
  ASSERT_THAT(lab.runs("use"), SizeIs(1));
  EXPECT_THAT(lab.events_of(lab.runs("use")[0].id), ElementsAre(1, 2));
}

TEST(Assets, a_cycle_of_dags_follows_itself_and_hangs_nothing) {
  AssetLab lab;
  lab.put_dag("ping",
              waits_for(R"({"any": ["a"]})",
                        R"("tasks": [{"task_id": "t", "command": "x", "outlets": ["b"]}])"));
  lab.put_dag("pong",
              waits_for(R"({"any": ["b"]})",
                        R"("tasks": [{"task_id": "t", "command": "x", "outlets": ["a"]}])"));
  lab.event("a");
  for (int i = 0; i < 5; ++i) {
    ASSERT_THAT(lab.held(), SizeIs(1));
    lab.finish(*lab.held().begin());
    lab.pass(seconds(1));
  }
  EXPECT_THAT(lab.runs("ping"), SizeIs(3));
  EXPECT_THAT(lab.runs("pong"), SizeIs(3));
}

TEST(Assets, a_cycle_of_tasks_that_take_no_time_is_braked_and_told) {
  AssetLab lab;
  const auto spin = [&](const std::string& dag, const std::string& from, const std::string& to) {
    lab.put_dag(dag, waits_for(R"({"any": [")" + from + "\"]}",
                               R"("tasks": [{"task_id": "t", "type": "noop", "outlets": [")" + to +
                                   "\"]}]"));
  };
  spin("one", "a", "b");
  spin("two", "b", "a");
  lab.event("a");
  lab.pass(seconds(10));
  EXPECT_GE(lab.runs("one").size(), 9u);
  EXPECT_LE(lab.runs("one").size(), 12u);
  const auto explained = lab.scheduler().explain_dag("one", lab.now()).value();
  ASSERT_FALSE(explained.reasons.empty());
  EXPECT_EQ(explained.reasons.back().code, "asset_circle");
  EXPECT_THAT(explained.reasons.back().message, HasSubstr("two, one"));
}

TEST(Assets, deleting_what_waits_forgets_it) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"all": ["a", "b"]})"));
  lab.put_dag("more", waits_for(R"({"all": ["a", "b"]})"));
  lab.event("a");
  DeleteQueuedAssetEvents command;
  command.dag_id = "use";
  command.asset = lab.asset("b");
  EXPECT_FALSE(lab.apply(command));
  command.asset = lab.asset("a");
  command.before = lab.now().wall - minutes(1);
  EXPECT_FALSE(lab.apply(command));
  command.before.reset();
  ASSERT_TRUE(lab.apply(command));
  lab.event("b");
  EXPECT_THAT(lab.runs("use"), IsEmpty());
  EXPECT_THAT(lab.runs("more"), SizeIs(1));
}

TEST(Assets, one_idempotency_key_is_one_event) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"any": ["a"]})"));
  CreateAssetEvent command;
  command.asset = lab.asset("a");
  command.idempotency_key = "asset/k";
  command.request_hash = "h";
  const auto first = lab.apply(command);
  const auto again = lab.apply(command);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(std::get<AssetEventAnswer>(*first).event, std::get<AssetEventAnswer>(*again).event);
  command.request_hash = "other";
  EXPECT_EQ(lab.apply(command).error().code, ErrorCode::unprocessable);
  lab.pass(seconds(1));
  EXPECT_THAT(lab.runs("use"), SizeIs(1));
}

TEST(Assets, templates_see_the_events_of_their_run) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"any": ["a"]})", R"("tasks": [
    {"task_id": "yes", "type": "noop",
     "when": "(triggering_asset_events['a'] | last).extra.rows == 7"},
    {"task_id": "no", "type": "noop", "when": "dag_run.partition_key == 'q'"}])"));
  lab.event("a", "p", json{{"rows", 7}});
  ASSERT_THAT(lab.runs("use"), SizeIs(1));
  const std::string run = lab.runs("use")[0].run_id;
  EXPECT_EQ(lab.state("use", run, "yes"), "success");
  EXPECT_EQ(lab.state("use", run, "no"), "skipped");
}

TEST(Assets, explain_says_what_is_missing) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"all": ["a", "b"]})"));
  const auto why = [&] {
    std::string text;
    const auto explained = lab.scheduler().explain_dag("use", lab.now()).value();
    for (const Reason& reason : explained.reasons)
      text += reason.code + ": " + reason.message + "\n";
    return text;
  };
  EXPECT_THAT(why(), HasSubstr("assets_missing: its schedule waits for events of a, b"));
  lab.event("a", "p");
  EXPECT_THAT(why(), HasSubstr("partition \"p\": its schedule waits for events of b; there are "
                               "events of a"));
  lab.pause("use", true);
  EXPECT_THAT(why(), HasSubstr("paused: it is paused: unpause it\n"));
  lab.event("b", "p");
  lab.event("a", "q");
  EXPECT_THAT(why(), HasSubstr("paused: it is paused: unpause it, which starts 1 run\n"));
  EXPECT_FALSE(lab.scheduler().explain_dag("nobody", lab.now()));
}

TEST(Assets, ten_thousand_partitions_wait_and_more_are_told) {
  AssetLab lab;
  lab.put_dag("use", waits_for(R"({"all": ["a", "b"]})"));
  CreateAssetEvent command;
  command.asset = lab.asset("a");
  for (int i = 0; i < 10'002; ++i) {
    command.partition_key = std::to_string(i);
    ASSERT_TRUE(lab.apply(command));
  }
  EXPECT_EQ(lab.queued("use"), 10'000u);
  int told = 0;
  for (const Change& change : lab.changes())
    if (const auto* row = std::get_if<EventRow>(&change))
      told += row->kind == EventRow::Kind::asset_problem;
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace weft::test

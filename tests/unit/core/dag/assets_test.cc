// inlets, outlets and schedules by assets.

#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

using testing::HasSubstr;

std::string scheduled(const std::string& schedule, const std::string& task_keys = "") {
  return R"({"schedule": )" + schedule + R"(, "tasks": [{"task_id": "t", "type": "noop")" +
         (task_keys.empty() ? "" : ", " + task_keys) + "}]}";
}

std::vector<std::string> uris(const Dag& dag, const std::vector<AssetIndex>& indexes) {
  std::vector<std::string> all;
  for (const AssetIndex index : indexes) all.push_back(dag.asset(index).uri);
  return all;
}

TEST(AssetKeys, EachUriStandsOnceInTheList) {
  const auto dag = parsed(R"({"schedule": {"assets": {"any": ["b", "c"]}}, "tasks": [
    {"task_id": "x", "type": "noop", "outlets": ["a", {"uri": "b", "name": "B", "group": "g",
      "extra": {"k": 1}}]},
    {"task_id": "y", "type": "noop", "inlets": ["b"], "outlets": ["b"]}]})");
  ASSERT_EQ(dag->assets.size(), 3u);
  EXPECT_EQ(uris(*dag, dag->tasks[0].outlets), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(uris(*dag, dag->tasks[1].inlets), (std::vector<std::string>{"b"}));
  EXPECT_EQ(uris(*dag, dag->tasks[1].outlets), (std::vector<std::string>{"b"}));
  const AssetSpec& b = dag->asset(dag->tasks[1].inlets[0]);
  EXPECT_EQ(b.name, "B");
  EXPECT_EQ(b.group, "g");
  EXPECT_EQ(b.extra, (nlohmann::json{{"k", 1}}));
  EXPECT_FALSE(dag->asset(dag->tasks[0].outlets[0]).name);
}

TEST(AssetKeys, DefaultArgsGiveThemToEachTask) {
  const auto dag = parsed(R"({"default_args": {"outlets": ["a"]}, "tasks": [
    {"task_id": "x", "type": "noop"}, {"task_id": "y", "type": "noop", "outlets": []}]})");
  EXPECT_EQ(uris(*dag, dag->tasks[0].outlets), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(dag->tasks[1].outlets.empty());
}

TEST(AssetSchedule, ATreeHoldsAsItSays) {
  const auto dag = parsed(scheduled(R"({"assets": {"all": ["a", {"any": ["b", "c"]}]}})"));
  ASSERT_TRUE(dag->asset_schedule);
  EXPECT_TRUE(dag->schedule.empty());
  const auto holds = [&](const std::string& there) {
    return dag->asset_schedule->holds(
        [&](AssetIndex index) { return there.find(dag->asset(index).uri) != std::string::npos; });
  };
  EXPECT_FALSE(holds(""));
  EXPECT_FALSE(holds("a"));
  EXPECT_FALSE(holds("bc"));
  EXPECT_TRUE(holds("ab"));
  EXPECT_TRUE(holds("ac"));
  EXPECT_TRUE(holds("abc"));
}

TEST(AssetSchedule, TimeOrAssetsHasBoth) {
  for (const char* schedule : {R"({"any": ["0 2 * * *", {"assets": {"any": ["a"]}}]})",
                               R"({"any": [{"assets": {"any": ["a"]}}, "0 2 * * *"]})"}) {
    const auto dag = parsed(scheduled(schedule));
    EXPECT_TRUE(dag->asset_schedule);
    EXPECT_TRUE(dag->timetable);
    EXPECT_EQ(dag->schedule.crons, std::vector<std::string>{"0 2 * * *"});
  }
  EXPECT_THAT(findings(parse(scheduled(R"({"any": ["x y", {"assets": {"any": ["a"]}}]})"))),
              HasSubstr("schedule.any[0]"));
}

TEST(AssetSchedule, NeedsDefaultsOfParams) {
  EXPECT_THAT(findings(parse(R"({"schedule": {"assets": {"any": ["a"]}},
    "params": {"p": {"type": "string"}}, "tasks": [{"task_id": "t", "type": "noop"}]})")),
              HasSubstr("needs a \"default\""));
}

TEST(AssetSchedule, ACircleWithinOneDagIsAWarning) {
  const auto circle = [](const std::string& tree) {
    return findings(parse(R"({"schedule": {"assets": )" + tree + R"(}, "tasks": [
      {"task_id": "t", "type": "noop", "inlets": ["a"], "outlets": ["a"]}]})"));
  };
  EXPECT_THAT(circle(R"({"any": ["a", "b"]})"), HasSubstr("each run starts the next one"));
  EXPECT_EQ(circle(R"({"all": ["a", "b"]})"), "");
}

TEST(AssetKeys, ErrorsNameThePlaceAndTheFix) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"("outlets": ["a b"])", "tasks[0].outlets[0]: an asset's uri without spaces"},
      {R"("outlets": ["s3://x/{{ ds }}"])", "partition_key"},
      {R"("outlets": [5])", "tasks[0].outlets[0]: an asset's uri"},
      {R"("outlets": [{"name": "x"}])", "\"uri\" is missing"},
      {R"("outlets": [{"uri": "x", "nam": "x"}])", "did you mean \"name\""},
      {R"("outlets": [{"uri": "x", "name": "A"}], "inlets": [{"uri": "x", "name": "B"}])",
       "another \"name\""},
      {R"("outlets": [{"uri": "x", "extra": []}])", "extra"}};
  for (const auto& [keys, message] : wrong)
    EXPECT_THAT(findings(parse(scheduled("null", keys))), HasSubstr(message)) << keys;
  EXPECT_THAT(findings(parse(scheduled(R"({"assets": {"any": ["a"]}, "x": 1})"))),
              HasSubstr("alone"));
  EXPECT_THAT(findings(parse(scheduled(R"({"any": ["@daily", "@hourly"]})"))),
              HasSubstr("one of each"));
}

TEST(AssetKeys, TemplatesMayReadWhatIsOfAssetsButNotInAShell) {
  EXPECT_TRUE(parse(with_task(R"x("command": ["x", "{{ triggering_asset_events['a'] }}"])x")).dag);
  EXPECT_TRUE(
      parse(with_task(R"("command": "x", "env": {"P": "{{ dag_run.partition_key }}"})")).dag);
  EXPECT_THAT(findings(parse(with_task(R"("command": "x {{ outlets[0].uri }}")"))),
              HasSubstr("run as code"));
}

}  // namespace
}  // namespace weft::test

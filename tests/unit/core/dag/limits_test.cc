// Hostile and huge files: one clear error, fast, or a DAG in bounded time.

#include <ctime>

#include "tests/unit/core/dag/parse_helper.h"

namespace weft::test {
namespace {

/// What this thread has used of a CPU: other work of the machine does not count.
double cpu_seconds() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

std::string chain_of(int tasks) {
  std::string text = R"({"tasks": [)";
  for (int i = 0; i < tasks; ++i) {
    text += i == 0 ? "" : ",";
    text += R"({"task_id": "t)" + std::to_string(i) + R"(", "command": ["x", ")" +
            (i > 40 ? "{{ outputs.t" + std::to_string(i - 40) + ".v }}" : "y") + "\"]";
    if (i > 0) text += R"(, "depends_on": ["t)" + std::to_string(i - 1) + "\"]";
    text += "}";
  }
  return text + "]}";
}

double cpu_seconds_to_parse(int tasks) {
  const std::string text = chain_of(tasks);
  const double start = cpu_seconds();
  const ParseOutput output = parse(text);
  const double took = cpu_seconds() - start;
  EXPECT_TRUE(output.dag) << findings(output);
  EXPECT_EQ(output.dag ? output.dag->tasks.size() : 0, static_cast<std::size_t>(tasks));
  return took;
}

TEST(Limits, AHundredMegabytesAreRefusedAtOnce) {
  std::string text = "{\"tasks\": [";
  text.append(100'000'000, ' ').append("]}");
  const double start = cpu_seconds();
  EXPECT_EQ(findings(parse(text)), "1:1: the file is larger than 32 MiB\n");
  EXPECT_LT(cpu_seconds() - start, 5);
}

TEST(Limits, AHundredThousandLevelsAreOneError) {
  for (const char* open : {"[", "{\"a\":", "{\"tasks\":["}) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += open;
    const ParseOutput output = parse(text);
    ASSERT_EQ(output.diagnostics.size(), 1u);
    EXPECT_EQ(output.diagnostics[0].message, "nested more than 64 levels deep");
  }
}

TEST(Limits, ValuesAndTasksAreCounted) {
  std::string text = "{\"tasks\": [0";
  for (int i = 0; i < 3'000'000; ++i) text += ",0";
  EXPECT_THAT(findings(parse(text + "]}")), testing::HasSubstr("more than 3,000,000 values"));
  text = "{\"tasks\": [0";
  for (int i = 0; i < 100'000; ++i) text += ",0";
  EXPECT_THAT(findings(parse(text + "]}")), testing::HasSubstr("100001 tasks; at most 100,000"));
}

TEST(Limits, AHundredFindingsAreShown) {
  std::string text = "{\"tasks\": [0";
  for (int i = 0; i < 50'000; ++i) text += ",0";
  const ParseOutput output = parse(text + "]}");
  EXPECT_FALSE(output.dag);
  EXPECT_EQ(output.diagnostics.size(), 100u);
  EXPECT_EQ(output.diagnostics[0].pointer, "/tasks/0");
}

TEST(Limits, AHundredThousandTasksTakeNoQuadraticTime) {
  const double few = cpu_seconds_to_parse(25'000);
  const double many = cpu_seconds_to_parse(100'000);
  EXPECT_LT(many, 9 * few) << "4 times as many: 16 times as long would be quadratic";
}

TEST(Limits, ALongCycleIsCutInTheMessage) {
  std::string text = chain_of(1000);
  const std::string first = R"({"task_id": "t0",)";
  text.replace(text.find(first), first.size(), R"({"task_id": "t0", "depends_on": ["t999"],)");
  const std::string all = findings(parse(text));
  EXPECT_THAT(all, testing::HasSubstr("… (980 more) → t0"));
  EXPECT_LT(all.size(), 1000u);
}

TEST(Limits, NoInputCrashes) {
  for (const std::string& text : std::vector<std::string>{
           "", std::string(1, '\0'), "null", "\"x\"", "{\"tasks\": null}", "{\"tasks\": {}}",
           "{\"dag_id\": 1, \"tasks\": [[]]}", std::string(1000, '{'),
           "{\"tasks\": [{\"task_id\": \"\"}]}", "{\"env\": {\"\": \"\"}, \"tasks\": [null]}"}) {
    EXPECT_FALSE(parse(text).dag) << text;
  }
}

}  // namespace
}  // namespace weft::test

#include <gmock/gmock.h>

#include "server/loader/loader.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft {
namespace {

using test::TempFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string lines(const std::vector<std::string>& paths) {
  std::string all;
  for (const auto& diagnostic : validate_paths(paths)) all += diagnostic.to_string() + "\n";
  return all;
}

constexpr const char* good = R"({"tasks": [{"task_id": "t", "command": "true"}]})";

TEST(ValidatePath, a_good_file_has_no_findings) {
  const TempFolder folder;
  folder.write("a.dag.json", good);
  EXPECT_THAT(lines({folder / "a.dag.json"}), IsEmpty());
}

TEST(ValidatePath, errors_name_the_path_as_given) {
  const TempFolder folder;
  folder.write("sub/a.dag.json", R"({"tasks": [{"task_id": "t", "comand": "true"}]})");
  EXPECT_THAT(lines({folder / "sub/a.dag.json"}), HasSubstr(folder / "sub/a.dag.json:1:"));
  EXPECT_THAT(lines({folder.path().string()}), HasSubstr(folder / "sub/a.dag.json:1:"));
}

TEST(ValidatePath, a_folder_reports_doubles_and_misnamed_files) {
  const TempFolder folder;
  folder.write("a.dag.json", good);
  folder.write("sub/a.dag.json", good);
  folder.write("report.json", good);
  folder.write("data.json", R"({"rows": []})");
  const std::string all = lines({folder.path().string()});
  EXPECT_THAT(all, HasSubstr("already defined by " + (folder / "a.dag.json")));
  EXPECT_THAT(all, HasSubstr("rename it to report.dag.json"));
  EXPECT_THAT(all, ::testing::Not(HasSubstr("data.json")));
}

TEST(ValidatePath, a_file_sees_the_defaults_of_its_bundle) {
  const TempFolder folder;
  folder.write("weft.json", "{}");
  folder.write("defaults.json", R"({"owner": 7})");
  folder.write("sub/a.dag.json", good);
  EXPECT_THAT(lines({folder / "sub/a.dag.json"}), HasSubstr("defaults.json:1:"));
}

TEST(ValidatePath, what_is_no_dag_file_says_so) {
  const TempFolder folder;
  folder.write("a.json", good);
  EXPECT_THAT(lines({folder / "a.json"}), HasSubstr(".dag.json"));
  EXPECT_THAT(lines({folder / "none.dag.json"}), HasSubstr("none.dag.json"));
}

/// Makes `outlet` and waits for `asset`.
std::string flow(const std::string& asset, const std::string& outlet) {
  return R"({
  "schedule": {"assets": {"any": [")" +
         asset + R"("]}},
  "tasks": [{"task_id": "t", "type": "noop", "outlets": [")" +
         outlet + R"("]}]})";
}

TEST(ValidatePath, a_cycle_of_assets_over_several_paths_is_an_error_at_a_schedule) {
  const TempFolder folder;
  folder.write("one/a.dag.json", flow("y", "x"));
  folder.write("two/b.dag.json", flow("x", "y"));
  EXPECT_THAT(lines({folder / "one"}), IsEmpty());
  EXPECT_THAT(lines({folder / "two/b.dag.json"}), IsEmpty());
  const auto found = validate_paths({folder / "two/b.dag.json", folder / "one"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Diagnostic::Severity::error);
  EXPECT_EQ(found[0].pointer, "/schedule");
  EXPECT_THAT(found[0].to_string(),
              HasSubstr(folder / "one/a.dag.json:2:15: schedule: asset cycle a -(x)-> b -(y)-> a"));
}

TEST(ValidatePath, a_cycle_through_defaults_points_at_the_file) {
  const TempFolder folder;
  folder.write("weft.json", "{}");
  folder.write("defaults.json", R"({"schedule": {"assets": {"any": ["x"]}}})");
  folder.write("a.dag.jsonc", R"(// makes what it waits for
{"tasks": [{"task_id": "t", "type": "noop", "outlets": ["x"]}]})");
  EXPECT_THAT(lines({folder / "a.dag.jsonc"}),
              HasSubstr("a.dag.jsonc:2:1: asset cycle a -(x)-> a"));
}

}  // namespace
}  // namespace weft

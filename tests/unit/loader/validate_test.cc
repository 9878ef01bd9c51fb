#include <gmock/gmock.h>

#include "server/loader/loader.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TempFolder;

std::string lines(const std::string& path) {
  std::string all;
  for (const auto& diagnostic : validate_path(path)) all += diagnostic.to_string() + "\n";
  return all;
}

constexpr const char* good = R"({"tasks": [{"task_id": "t", "command": "true"}]})";

TEST(ValidatePath, a_good_file_has_no_findings) {
  const TempFolder folder;
  folder.write("a.dag.json", good);
  EXPECT_THAT(lines(folder / "a.dag.json"), IsEmpty());
}

TEST(ValidatePath, errors_name_the_path_as_given) {
  const TempFolder folder;
  folder.write("sub/a.dag.json", R"({"tasks": [{"task_id": "t", "comand": "true"}]})");
  EXPECT_THAT(lines(folder / "sub/a.dag.json"), HasSubstr(folder / "sub/a.dag.json:1:"));
  EXPECT_THAT(lines(folder.path().string()), HasSubstr(folder / "sub/a.dag.json:1:"));
}

TEST(ValidatePath, a_folder_reports_doubles_and_misnamed_files) {
  const TempFolder folder;
  folder.write("a.dag.json", good);
  folder.write("sub/a.dag.json", good);
  folder.write("report.json", good);
  folder.write("data.json", R"({"rows": []})");
  const std::string all = lines(folder.path().string());
  EXPECT_THAT(all, HasSubstr("already defined by " + (folder / "a.dag.json")));
  EXPECT_THAT(all, HasSubstr("rename it to report.dag.json"));
  EXPECT_THAT(all, ::testing::Not(HasSubstr("data.json")));
}

TEST(ValidatePath, a_file_sees_the_defaults_of_its_bundle) {
  const TempFolder folder;
  folder.write("weft.json", "{}");
  folder.write("defaults.json", R"({"owner": 7})");
  folder.write("sub/a.dag.json", good);
  EXPECT_THAT(lines(folder / "sub/a.dag.json"), HasSubstr("defaults.json:1:"));
}

TEST(ValidatePath, what_is_no_dag_file_says_so) {
  const TempFolder folder;
  folder.write("a.json", good);
  EXPECT_THAT(lines(folder / "a.json"), HasSubstr(".dag.json"));
  EXPECT_THAT(lines(folder / "none.dag.json"), HasSubstr("none.dag.json"));
}

}  // namespace
}  // namespace weft

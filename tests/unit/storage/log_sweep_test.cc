#include "server/storage/log_sweep.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "server/storage/log_store.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft::storage {
namespace {

using weft::test::TempFolder;
namespace fs = std::filesystem;

class LogSweep : public ::testing::Test {
 protected:
  void log(std::int64_t dag, std::int64_t run) {
    ASSERT_TRUE(store_.append({DagKey{dag}, RunId{run}, InstanceId{1}, AttemptId{1}}, 0, "hello"));
  }
  bool has(const std::string& path) const { return fs::exists(root_ + "/" + path); }
  Result<std::int64_t> sweep(std::vector<RunId> gone) {
    return sweep_logs(root_, [gone](DagKey, const std::vector<RunId>& runs) {
      std::vector<RunId> missing;
      for (const RunId run : runs)
        if (std::find(gone.begin(), gone.end(), run) != gone.end()) missing.push_back(run);
      return Result<std::vector<RunId>>(missing);
    });
  }

  TempFolder folder_;
  std::string root_ = folder_ / "logs";
  LogStore store_{root_};
};

TEST_F(LogSweep, takes_the_logs_of_runs_that_are_gone_and_no_others) {
  log(1, 1);
  log(1, 2);
  log(7, 3);
  EXPECT_EQ(sweep({RunId{2}, RunId{3}}), 2);
  EXPECT_TRUE(has("1/1/1/1.log"));
  EXPECT_FALSE(has("1/2"));
  EXPECT_FALSE(has("7")) << "an empty folder";
  log(7, 4);  // its DAG goes on
  EXPECT_TRUE(has("7/4/1/1.log"));
  EXPECT_EQ(sweep({}), 0);
}

TEST_F(LogSweep, what_is_not_a_folder_of_a_log_stays) {
  log(1, 1);
  fs::create_directories(root_ + "/notes");
  fs::create_directories(root_ + "/1/02x");
  std::ofstream(root_ + "/5") << "a file";
  const std::string outside = folder_ / "outside";
  fs::create_directories(outside + "/9");
  fs::create_directory_symlink(outside, root_ + "/8");
  EXPECT_EQ(sweep({RunId{1}, RunId{9}, RunId{2}}), 1);
  EXPECT_TRUE(has("notes"));
  EXPECT_TRUE(has("1/02x"));
  EXPECT_TRUE(has("5"));
  EXPECT_TRUE(fs::exists(outside + "/9"));
}

TEST_F(LogSweep, asks_before_it_takes) {
  log(1, 1);
  const auto refused = sweep_logs(root_, [](DagKey, const std::vector<RunId>&) {
    return Result<std::vector<RunId>>(fail(ErrorCode::unavailable, "no"));
  });
  EXPECT_FALSE(refused);
  EXPECT_TRUE(has("1/1/1/1.log"));
  EXPECT_EQ(sweep_logs(root_ + "/nowhere", {}), 0);
}

}  // namespace
}  // namespace weft::storage

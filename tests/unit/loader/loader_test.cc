#include "server/loader/loader.h"

#include <gmock/gmock.h>

#include "tests/unit/loader/fake_engine.h"
#include "tests/unit/storage/temp_folder.h"

namespace weft {
namespace {

namespace fs = std::filesystem;
using test::FakeEngine;
using test::TempFolder;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string dag(const std::string& id, const std::string& command = "true") {
  return R"({"dag_id": ")" + id + R"(", "tasks": [{"task_id": "t", "command": ")" + command +
         R"("}]})";
}

class LoaderTest : public ::testing::Test {
 protected:
  void start(std::vector<std::pair<std::string, std::string>> known = {}) {
    LoaderOptions options;
    options.bundles = {{"main", root.empty() ? folder.path().string() : root}};
    options.known = std::move(known);
    // Only events and rescan() may help.
    options.rescan = std::chrono::hours(1);
    options.after_pass = [this](const LoaderStatus&) {
      const std::lock_guard lock(passed_mutex);
      passed.notify_all();
    };
    auto started = Loader::start(std::move(options), engine);
    ASSERT_TRUE(started) << started.error().message;
    loader = std::move(*started);
    wait_for([&] { return loader_status().last_scan.has_value(); });
  }
  LoaderStatus loader_status() const { return loader ? loader->status() : LoaderStatus{}; }

  /// Waits for passes until it is so.
  void wait_for(const std::function<bool()>& is_so) {
    std::unique_lock lock(passed_mutex);
    const auto locked = [&] {
      const std::lock_guard engine_lock(engine.mutex_);
      return is_so();
    };
    ASSERT_TRUE(passed.wait_for(lock, std::chrono::seconds(20), locked));
  }
  bool has(const std::string& path, const std::string& id) const {
    const auto found = engine.dags.find({"main", path});
    return found != engine.dags.end() && found->second->id == id;
  }
  std::string error(const std::string& path) const {
    const auto found = engine.errors.find({"main", path});
    return found == engine.errors.end() ? "" : found->second;
  }

  TempFolder folder;
  std::string root;  ///< of the bundle, if it isn't the folder
  FakeEngine engine;
  std::mutex passed_mutex;
  std::condition_variable passed;
  std::unique_ptr<Loader> loader;
};

TEST_F(LoaderTest, loads_what_is_there_at_its_start) {
  folder.write("a.dag.json", dag("a"));
  folder.write("deep/er/b.dag.jsonc", "// a comment\n" + dag("b"));
  folder.write("deep/bad.dag.json", R"({"dag_id": "bad", "tasks": [{"task_id": 7}]})");
  folder.write(".git/c.dag.json", dag("c"));
  folder.write("notes.json", "{}");
  start();
  EXPECT_TRUE(has("a.dag.json", "a"));
  EXPECT_TRUE(has("deep/er/b.dag.jsonc", "b"));
  EXPECT_THAT(engine.dags, SizeIs(2));
  EXPECT_THAT(error("deep/bad.dag.json"), HasSubstr("deep/bad.dag.json:1:"));
  EXPECT_EQ(loader->status().files, 3u);
  EXPECT_EQ(loader->status().import_errors, 1u);
}

TEST_F(LoaderTest, an_error_has_the_text_as_it_was_read) {
  folder.write("bad.dag.json", "{\n  \"dag_id\": \"bad\",\n  \"tasks\": 7\n}\n");
  start();
  const auto told = [&] { return engine.findings[{"main", "bad.dag.json"}]; };
  EXPECT_THAT(told(), HasSubstr(R"("lines":["{","  \"dag_id\": \"bad\",","  \"tasks\": 7","}"])"));
  EXPECT_THAT(told(), HasSubstr(R"("line":3)"));
  // The same error, in another text.
  const std::string lines = error("bad.dag.json");
  folder.write("bad.dag.json", "{\n  \"dag_id\": \"bed\",\n  \"tasks\": 7\n}\n");
  wait_for([&] { return told().find("bed") != std::string::npos; });
  EXPECT_EQ(error("bad.dag.json"), lines);
}

TEST_F(LoaderTest, what_the_database_knows_and_is_gone_is_removed) {
  folder.write("a.dag.json", dag("a"));
  start({{"main", "a.dag.json"}, {"main", "gone.dag.json"}, {"old_bundle", "x.dag.json"}});
  EXPECT_THAT(engine.log, Contains("remove gone.dag.json"));
  EXPECT_THAT(engine.log, Contains("remove x.dag.json"));
  EXPECT_TRUE(has("a.dag.json", "a"));
}

TEST_F(LoaderTest, sees_new_changed_and_deleted_files) {
  start();
  folder.write("a.dag.json", dag("a"));
  wait_for([&] { return has("a.dag.json", "a"); });
  folder.write("a.dag.json", dag("renamed"));
  wait_for([&] { return has("a.dag.json", "renamed"); });
  folder.write("a.dag.json", "{ broken");
  wait_for([&] { return !error("a.dag.json").empty(); });
  EXPECT_TRUE(has("a.dag.json", "renamed")) << "the last good version stays";
  folder.write("a.dag.json", dag("renamed"));
  wait_for([&] { return error("a.dag.json").empty(); });
  fs::remove(folder / "a.dag.json");
  wait_for([&] { return engine.dags.empty(); });
}

/// A deployment that swaps a link, and then removes what it led to.
TEST_F(LoaderTest, follows_a_link_that_leads_to_the_next_release) {
  folder.write("releases/1/dags/a.dag.json", dag("a"));
  folder.write("releases/1/dags/old.dag.json", dag("old"));
  folder.write("releases/2/dags/a.dag.json", dag("a", "false"));
  folder.write("releases/2/dags/b.dag.json", dag("b"));
  fs::create_symlink("releases/1", folder / "current");
  root = folder / "current/dags";
  start();
  EXPECT_TRUE(has("old.dag.json", "old"));
  fs::create_symlink("releases/2", folder / "next");
  fs::rename(folder / "next", folder / "current");
  fs::remove_all(folder / "releases/1");
  wait_for([&] { return has("b.dag.json", "b") && !has("old.dag.json", "old"); });
  EXPECT_TRUE(has("a.dag.json", "a"));
  EXPECT_THAT(engine.log, ::testing::Not(Contains("remove a.dag.json")));
}

TEST_F(LoaderTest, a_bundle_that_went_away_is_no_bundle_of_deleted_files) {
  folder.write("releases/1/a.dag.json", dag("a"));
  fs::create_symlink("releases/1", folder / "current");
  root = folder / "current";
  start();
  fs::remove_all(folder / "releases");
  wait_for([&] { return !loader_status().problem.empty(); });
  EXPECT_TRUE(has("a.dag.json", "a"));
  folder.write("releases/1/a.dag.json", dag("again"));
  wait_for([&] { return has("a.dag.json", "again"); });
  EXPECT_THAT(engine.log, ::testing::Not(Contains("remove a.dag.json")));
}

TEST_F(LoaderTest, sees_an_editors_atomic_save) {
  folder.write("a.dag.json", dag("a"));
  start();
  folder.write(".a.dag.json.swp", dag("b"));
  fs::rename(folder / ".a.dag.json.swp", folder / "a.dag.json");
  wait_for([&] { return has("a.dag.json", "b"); });
}

TEST_F(LoaderTest, a_renamed_file_keeps_its_dag) {
  folder.write("z.dag.json", dag("a"));
  start();
  fs::rename(folder / "z.dag.json", folder / "b.dag.json");
  wait_for([&] { return has("b.dag.json", "a"); });
  EXPECT_THAT(engine.dags, SizeIs(1));
  EXPECT_THAT(engine.errors, IsEmpty());
}

TEST_F(LoaderTest, sees_folders_come_move_and_go) {
  start();
  const TempFolder elsewhere;
  elsewhere.write("team/one/a.dag.json", dag("a"));
  fs::rename(elsewhere / "team", folder / "team");
  wait_for([&] { return has("team/one/a.dag.json", "a"); });
  folder.write("team/one/b.dag.json", dag("b"));
  wait_for([&] { return has("team/one/b.dag.json", "b"); });
  fs::rename(folder / "team", folder / "crew");
  wait_for([&] { return has("crew/one/a.dag.json", "a") && has("crew/one/b.dag.json", "b"); });
  folder.write("crew/one/b.dag.json", dag("b2"));
  wait_for([&] { return has("crew/one/b.dag.json", "b2"); });
  fs::remove_all(folder / "crew");
  wait_for([&] { return engine.dags.empty(); });
}

TEST_F(LoaderTest, defaults_are_inherited_and_their_change_reloads) {
  folder.write("team/a.dag.json", dag("a"));
  folder.write("defaults.json", R"({"owner": "root"})");
  start();
  const auto owner = [&] { return engine.dags.at({"main", "team/a.dag.json"})->owner; };
  EXPECT_EQ(owner(), "root");
  folder.write("team/defaults.json", R"({"owner": "team"})");
  wait_for([&] { return owner() == "team"; });
  fs::remove(folder / "team/defaults.json");
  wait_for([&] { return owner() == "root"; });
  folder.write("defaults.json", R"({"owner": 7})");
  wait_for([&] { return !error("team/a.dag.json").empty(); });
  EXPECT_THAT(error("team/a.dag.json"), HasSubstr("defaults.json:1:"));
}

TEST_F(LoaderTest, a_file_that_a_dag_names_reloads_it) {
  folder.write("sql/mart.sh", "echo one");
  folder.write("dags/a.dag.json", R"({"tasks": [{"task_id": "t",
    "command": {"file": "../sql/mart.sh"}}]})");
  start();
  const auto text = [&] { return engine.dags.at({"main", "dags/a.dag.json"})->canonical; };
  EXPECT_THAT(text(), HasSubstr("echo one"));
  folder.write("sql/mart.sh", "echo two");
  wait_for([&] { return text().find("echo two") != std::string::npos; });
  fs::remove(folder / "sql/mart.sh");
  wait_for([&] { return !error("dags/a.dag.json").empty(); });
  folder.write("sql/mart.sh", "echo three");
  wait_for([&] { return text().find("echo three") != std::string::npos; });
}

TEST_F(LoaderTest, an_edited_calendar_makes_a_new_version_of_the_dags_that_use_it) {
  folder.write("calendars/closed.json", R"(["sat"])");
  folder.write("dags/a.dag.json", R"({"schedule": "@daily", "calendar": {"exclude": ["closed"]},
    "tasks": [{"task_id": "t", "command": "true"}]})");
  folder.write("dags/b.dag.json", dag("b"));
  start();
  const auto hash = [&](const char* path) { return engine.dags.at({"main", path})->hash; };
  const std::string a = hash("dags/a.dag.json"), b = hash("dags/b.dag.json");
  folder.write("calendars/closed.json", R"(["sat", "sun"])");
  wait_for([&] { return hash("dags/a.dag.json") != a; });
  EXPECT_EQ(hash("dags/b.dag.json"), b);
  // A nearer one wins.
  folder.write("dags/calendars/closed.json", R"(["sat"])");
  wait_for([&] { return hash("dags/a.dag.json") == a; });
  fs::remove(folder / "dags/calendars/closed.json");
  fs::remove(folder / "calendars/closed.json");
  wait_for([&] { return !error("dags/a.dag.json").empty(); });
  EXPECT_THAT(error("dags/a.dag.json"), HasSubstr("no calendar \"closed\""));
}

TEST_F(LoaderTest, nothing_outside_of_the_bundle_is_read) {
  const TempFolder secret;
  secret.write("s.dag.json", dag("secret"));
  secret.write("text", "echo secret");
  fs::create_symlink(secret / "s.dag.json", folder / "link.dag.json");
  fs::create_directory_symlink(secret.path(), folder / "linked");
  folder.write("inside.dag.json", dag("inside"));
  fs::create_symlink("inside.dag.json", folder / "zlink.dag.json");
  folder.write("a.dag.json",
               R"({"tasks": [{"task_id": "t", "command": {"file": "linked/text"}}]})");
  folder.write("b.dag.json",
               R"({"tasks": [{"task_id": "t", "command": {"file": "../../etc/passwd"}}]})");
  start();
  EXPECT_TRUE(has("inside.dag.json", "inside"));
  EXPECT_THAT(engine.dags, SizeIs(1));
  EXPECT_THAT(error("a.dag.json"), HasSubstr("linked/text"));
  EXPECT_THAT(error("b.dag.json"), HasSubstr("etc/passwd"));
  EXPECT_THAT(error("zlink.dag.json"), HasSubstr("already defined"))
      << "a link inside is a file like others";
}

TEST_F(LoaderTest, the_second_file_with_a_dag_id_waits_for_the_first) {
  folder.write("a.dag.json", dag("same"));
  folder.write("b.dag.json", dag("same"));
  start();
  EXPECT_THAT(error("b.dag.json"), HasSubstr("a.dag.json"));
  EXPECT_EQ(loader->status().import_errors, 1u);
  fs::remove(folder / "a.dag.json");
  wait_for([&] { return has("b.dag.json", "same"); });
  EXPECT_THAT(engine.errors, IsEmpty());
}

TEST_F(LoaderTest, a_huge_file_is_not_read) {
  folder.write("huge.dag.json", "");
  fs::resize_file(folder / "huge.dag.json", 100 << 20);
  start();
  EXPECT_THAT(error("huge.dag.json"), HasSubstr("32 MiB"));
}

TEST_F(LoaderTest, an_unchanged_file_is_told_once) {
  folder.write("a.dag.json", dag("a"));
  folder.write("bad.dag.json", "{");
  start();
  const auto told = engine.log.size();
  folder.write("a.dag.json", dag("a"));
  folder.write("bad.dag.json", "{");
  folder.write("c.dag.json", dag("c"));
  wait_for([&] { return has("c.dag.json", "c"); });
  EXPECT_EQ(engine.log.size(), told + 1);
}

TEST_F(LoaderTest, what_the_engine_could_not_take_comes_again) {
  engine.fail(true);
  folder.write("a.dag.json", dag("a"));
  folder.write("b.dag.json", "{");
  start();
  EXPECT_EQ(loader->status().undelivered, 2u);
  engine.fail(false);
  wait_for([&] { return has("a.dag.json", "a") && !error("b.dag.json").empty(); });
}

TEST_F(LoaderTest, rescan_finds_what_no_event_told) {
  folder.write("a.dag.json", dag("a"));
  start();
  // A change through another name of the file makes no event in the bundle.
  const TempFolder outside;
  fs::create_hard_link(folder / "a.dag.json", outside / "same");
  outside.write("same", dag("b"));
  loader->rescan();
  wait_for([&] { return has("a.dag.json", "b"); });
}

TEST_F(LoaderTest, a_missing_folder_is_named) {
  LoaderOptions options;
  options.bundles = {{"main", folder / "none"}};
  const auto started = Loader::start(options, engine);
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, HasSubstr(folder / "none"));
}

TEST_F(LoaderTest, many_files_pass_through_a_small_window) {
  for (int i = 0; i < 500; ++i)
    folder.write("d" + std::to_string(i) + ".dag.json", dag("d" + std::to_string(i)));
  start();
  EXPECT_THAT(engine.dags, SizeIs(500));
}

}  // namespace
}  // namespace weft

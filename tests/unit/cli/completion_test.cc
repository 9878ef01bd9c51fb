#include "cli/completion.h"

#include <gmock/gmock.h>

namespace weft::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

VerbTree tree() {
  const VerbOption server{{"--server"}, "the server's URL", true, {}};
  const VerbOption output{{"-o", "--output"}, "form", true, {"table", "json"}};
  const VerbOption watch{{"--watch"}, "again", false, {}};
  const VerbTree show{
      "show", "Show a run", {server, output, watch}, {{"DAG", {}, false}, {"RUN", {}, false}}, {}};
  const VerbTree clear{"clear", "", {server}, {{"DAG", {}, false}, {"TASKS", {}, true}}, {}};
  const VerbTree mark{"mark", "", {server}, {{"STATE", {"success", "failed"}, false}}, {}};
  const VerbTree runs{
      "runs", "The runs of a DAG", {{{"-h", "--help"}, "", false, {}}}, {}, {show, clear, mark}};
  const VerbTree run{"run", "Run a file", {}, {{"FILE", {}, false}}, {}};
  const VerbTree api{"api", "", {}, {{"PATH", {}, false}}, {}};
  return {"weft", "", {}, {}, {runs, run, api}};
}

std::vector<std::string> words_after(const std::vector<std::string>& words) {
  std::vector<std::string> found;
  for (const Candidate& one : continuation_of(tree(), words).candidates) found.push_back(one.word);
  return found;
}

Continuation after(const std::vector<std::string>& words) {
  return continuation_of(tree(), words);
}

TEST(CompletionTest, verbs_that_begin_so) {
  EXPECT_THAT(words_after({""}), ElementsAre("runs", "run", "api"));
  EXPECT_THAT(words_after({"runs", ""}), ElementsAre("show", "clear", "mark"));
  EXPECT_THAT(words_after({"runs", "s"}), ElementsAre("show"));
  EXPECT_THAT(words_after({"nonsense", "x"}), IsEmpty());
}

TEST(CompletionTest, options_of_the_verb) {
  EXPECT_THAT(words_after({"runs", "show", "-"}), ElementsAre("--server", "--output", "--watch"));
  EXPECT_THAT(words_after({"runs", "show", "--"}), ElementsAre("--server", "--output", "--watch"));
  EXPECT_THAT(words_after({"runs", "show", "--o"}), ElementsAre("--output"));
  EXPECT_THAT(words_after({"runs", "show", "--", "--o"}), IsEmpty());
}

TEST(CompletionTest, choices_of_options_and_places) {
  EXPECT_THAT(words_after({"runs", "show", "-o", "j"}), ElementsAre("json"));
  EXPECT_THAT(words_after({"runs", "show", "--output=j"}), ElementsAre("--output=json"));
  EXPECT_THAT(words_after({"runs", "mark", ""}), ElementsAre("success", "failed"));
}

TEST(CompletionTest, places_are_counted_without_options_and_their_values) {
  const auto asked = after({"runs", "show", "--server", "http://h", "--watch", "orders", "man"});
  EXPECT_EQ(asked.value, "RUN");
  EXPECT_EQ(asked.begun, "man");
  EXPECT_THAT(asked.said, ElementsAre(Pair("--server", "http://h"), Pair("DAG", "orders")));
  EXPECT_EQ(after({"runs", "show", "--server=http://h", "o"}).said.at("--server"), "http://h");
  EXPECT_EQ(after({"runs", "show", "a", "b", ""}).value, "");
  EXPECT_EQ(after({"runs", "clear", "a", "b", "c", ""}).value, "TASKS");
  EXPECT_EQ(after({"runs", "show", "--server", ""}).value, "--server");
}

TEST(CompletionTest, files_are_the_shells_own) {
  EXPECT_TRUE(wants_file(after({"run", ""})));
  EXPECT_FALSE(wants_file(after({"runs", "show", ""})));
  EXPECT_FALSE(wants_file(after({"api", ""})));
  EXPECT_EQ(completion_text(after({"run", ""})), ":files\n");
  EXPECT_EQ(completion_text(after({"runs", "s"})), "show\tShow a run\n:words\n");
}

TEST(CompletionTest, nothing_that_a_shell_would_run_is_offered) {
  Continuation asked;
  for (const char* word : {"fine[0]", "$(reboot)", "a b", "a;b", "a'b", "`a`", "", ":files", "a*"})
    asked.candidates.push_back({word, ""});
  asked.candidates.push_back({"manual__2026-01-01T00:00:00+00:00", "one\ttwo\nthree"});
  EXPECT_EQ(completion_text(asked), "manual__2026-01-01T00:00:00+00:00\tone two\n:words\n");
}

TEST(CompletionTest, each_shell_has_its_script) {
  EXPECT_THAT(completion_script("bash"), HasSubstr("complete -F _weft weft"));
  EXPECT_THAT(completion_script("bash"), Not(HasSubstr("_init_completion")));
  EXPECT_THAT(completion_script("zsh"), HasSubstr("#compdef weft"));
  EXPECT_THAT(completion_script("fish"), HasSubstr("complete -c weft"));
}

}  // namespace
}  // namespace weft::cli

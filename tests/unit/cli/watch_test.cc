#include "cli/watch.h"

#include <gtest/gtest.h>

#include "cli/exit_code.h"

namespace weft::cli {
namespace {

using WordList = std::vector<std::string>;

TEST(WatchTest, the_seconds_may_be_a_word_of_their_own) {
  EXPECT_EQ(with_watch_joined({"runs", "list", "--watch", "5", "good"}),
            (WordList{"runs", "list", "--watch=5", "good"}));
  EXPECT_EQ(with_watch_joined({"jobs", "show", "--watch", "0.5", "7"}),
            (WordList{"jobs", "show", "--watch=0.5", "7"}));
}

TEST(WatchTest, other_words_are_the_verbs_own) {
  for (const WordList& words :
       {WordList{}, WordList{"--watch"}, WordList{"--watch", "good"}, WordList{"--watch", "."},
        WordList{"--watch=1", "7"}, WordList{"--", "--watch", "5"}, WordList{"--watch", "--", "5"}})
    EXPECT_EQ(with_watch_joined(words), words);
}

TEST(WatchTest, a_first_failure_ends_it_and_a_later_one_that_will_not_pass) {
  int calls = 0;
  EXPECT_EQ(repeat(Form::json_line, 0, [&] { return ++calls, exit_code::unreachable; }),
            exit_code::unreachable);
  EXPECT_EQ(calls, 1);
  const std::vector<int> codes{exit_code::ok, exit_code::unreachable, exit_code::ok,
                               exit_code::refused};
  calls = 0;
  EXPECT_EQ(repeat(Form::json_line, 0, [&] { return codes.at(static_cast<std::size_t>(calls++)); }),
            exit_code::refused);
  EXPECT_EQ(calls, 4);
}

}  // namespace
}  // namespace weft::cli

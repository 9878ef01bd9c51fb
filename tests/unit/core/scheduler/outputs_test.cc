// Outputs that people correct: who may, and who reads them then.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/wire/worker.h"
#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto listing = R"("tasks": [
    {"task_id": "list", "command": "true"},
    {"task_id": "load", "command": ["load", "{{ map.code }}"], "depends_on": ["list"],
     "expand": {"code": "{{ outputs.list.codes }}"}}])";

class Outputs : public ::testing::Test {
 protected:
  Outputs() {
    lab_.work(20);
    lab_.put_dag("d", listing);
    lab_.trigger("d", "r");
  }
  void finish_list() { lab_.finish("r.list", AttemptState::success, 0, {{"codes", {"a"}}}); }
  Result<Answer> set(const std::string& key, json value,
                     SetOutput::Mode mode = SetOutput::Mode::update,
                     const std::string& task = "list", int map_index = -1) {
    return lab_.apply(SetOutput{"d", "r", task, map_index, key, std::move(value), mode, "ada"});
  }
  Result<Answer> remove(const std::string& key, const std::string& task = "list") {
    return lab_.apply(DeleteOutput{"d", "r", task, -1, key, "ada"});
  }
  static ErrorCode code_of(const Result<Answer>& answer) {
    EXPECT_FALSE(answer);
    return answer ? ErrorCode::internal : answer.error().code;
  }
  json stored(const std::string& task = "list", int map_index = -1) {
    const auto values = lab_.writer().outputs(lab_.row("d", "r", task, map_index).id);
    return values ? *values : json();
  }
  json last_audit() const {
    json detail;
    for (const Change& change : lab_.changes())
      if (const auto* row = std::get_if<AuditRow>(&change); row && !row->detail.empty())
        detail = json::parse(row->detail);
    return detail;
  }

  Lab lab_;
};

TEST_F(Outputs, are_the_attempts_own_until_its_task_is_over) {
  const auto refused = set("codes", {"a"}, SetOutput::Mode::create);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("is not over (queued)"));
  EXPECT_EQ(code_of(remove("codes")), ErrorCode::conflict);
  EXPECT_EQ(code_of(set("n", 1, SetOutput::Mode::create, "load")), ErrorCode::conflict);
  EXPECT_EQ(stored(), json());
}

TEST_F(Outputs, each_refusal_says_what_is_missing) {
  finish_list();
  EXPECT_EQ(code_of(set("nope", 1)), ErrorCode::not_found);
  EXPECT_EQ(code_of(set("codes", 1, SetOutput::Mode::create)), ErrorCode::conflict);
  EXPECT_EQ(code_of(set("codes", 1, SetOutput::Mode::update, "nope")), ErrorCode::not_found);
  EXPECT_EQ(code_of(set("codes", 1, SetOutput::Mode::update, "list", 3)), ErrorCode::not_found);
  EXPECT_EQ(code_of(set("a key", 1, SetOutput::Mode::create)), ErrorCode::unprocessable);
  EXPECT_EQ(code_of(set("", 1, SetOutput::Mode::create)), ErrorCode::unprocessable);
  EXPECT_EQ(code_of(set(std::string(251, 'k'), 1, SetOutput::Mode::create)),
            ErrorCode::unprocessable);
  EXPECT_EQ(code_of(remove("nope")), ErrorCode::not_found);
  EXPECT_EQ(code_of(lab_.apply(DeleteOutput{"d", "nope", "list", -1, "codes", "ada"})),
            ErrorCode::not_found);
  EXPECT_EQ(stored(), (json{{"codes", {"a"}}}));
}

TEST_F(Outputs, all_of_a_task_together_have_a_limit) {
  finish_list();
  const std::string half(wire::max_output_bytes / 2, 'x');
  ASSERT_TRUE(set("one", half, SetOutput::Mode::create));
  EXPECT_EQ(code_of(set("two", half, SetOutput::Mode::create)), ErrorCode::unprocessable);
  EXPECT_TRUE(set("one", half)) << "in place of itself";
  EXPECT_EQ(stored()["one"], half);
}

TEST_F(Outputs, later_attempts_read_what_they_are_now) {
  finish_list();
  lab_.finish("r.load[0]");
  ASSERT_EQ(lab_.run_state("d", "r"), "success");
  ASSERT_TRUE(set("codes", {"a", "b", "c"}));
  EXPECT_EQ(lab_.run_state("d", "r"), "success") << "a correction runs nothing";
  EXPECT_EQ(last_audit(), (json{{"key", "codes"}, {"before", {"a"}}, {"after", {"a", "b", "c"}}}));
  edit(lab_, clear("r", {{"load", std::nullopt}}));
  EXPECT_THAT(lab_.held(), ElementsAre("r.load[0]", "r.load[1]", "r.load[2]"));
}

TEST_F(Outputs, of_a_failed_task_let_the_run_go_on_once_it_is_marked) {
  lab_.finish("r.list", AttemptState::failed, 1);
  ASSERT_TRUE(set("codes", {"x", "y"}, SetOutput::Mode::create));
  EXPECT_EQ(last_audit(), (json{{"key", "codes"}, {"after", {"x", "y"}}}));
  lab_.restart();
  lab_.pass(std::chrono::seconds(1));  // the worker is back
  Edit marks = clear("r", {{"list", std::nullopt}});
  marks.action = EditAction::mark_success;
  edit(lab_, marks);
  EXPECT_THAT(lab_.held(), ElementsAre("r.load[0]", "r.load[1]"));
}

TEST_F(Outputs, are_changed_in_a_run_that_goes_on_too) {
  finish_list();
  ASSERT_THAT(lab_.held(), ElementsAre("r.load[0]"));
  ASSERT_TRUE(set("more", json(), SetOutput::Mode::create)) << "null is a value";
  ASSERT_TRUE(remove("codes"));
  EXPECT_EQ(stored(), (json{{"more", nullptr}}));
  ASSERT_TRUE(remove("more"));
  EXPECT_EQ(stored(), json());
  EXPECT_EQ(last_audit(), (json{{"key", "more"}, {"before", nullptr}}));
  // What its elements were made from is theirs.
  lab_.finish("r.load[0]", AttemptState::success, 0, {{"rows", 7}});
  ASSERT_TRUE(set("rows", 8, SetOutput::Mode::update, "load", 0));
  EXPECT_EQ(stored("load", 0), (json{{"rows", 8}}));
  EXPECT_EQ(last_audit()["map_index"], 0);
}

TEST_F(Outputs, are_whole_after_a_restart_though_some_are_large) {
  lab_.put_dag("e", R"("tasks": [
      {"task_id": "list", "command": "true"},
      {"task_id": "gate", "command": "true", "depends_on": ["list"]},
      {"task_id": "load", "command": ["load", "{{ map.code }}"], "depends_on": ["list", "gate"],
       "expand": {"code": "{{ outputs.list.codes }}"}}])");
  lab_.trigger("e", "large");
  std::vector<std::string> codes;
  for (const char c : {'a', 'b'}) codes.emplace_back(50'000, c);
  lab_.finish("large.list", AttemptState::success, 0, {{"codes", codes}, {"n", 1}});
  lab_.restart();
  lab_.finish("large.gate");
  EXPECT_THAT(lab_.held(), ElementsAre("large.load[0]", "large.load[1]", "r.list"));
}

}  // namespace
}  // namespace weft::test

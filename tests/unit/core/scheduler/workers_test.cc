// Workers that come, fall silent, are drained, and are lost.

#include <functional>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/scheduler/edit_calls.h"

namespace weft::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* one_task = R"("tasks": [{"task_id": "t", "command": "true"}])";
constexpr const char* waited_for =
    R"("tasks": [{"task_id": "t", "command": "true", "on_lost": "wait", "retries": 2}])";

class Workers : public testing::Test {
 protected:
  Workers() {
    lab_.put_dag("d", one_task);
    lab_.work(4);
  }
  void drain(bool is_drained) {
    ASSERT_TRUE(lab_.apply(DrainWorker{"w", is_drained, "ada"}));
    lab_.settle();
  }
  WorkerRow::State state() { return lab_.scheduler().state().workers.at("w").state; }

  Lab lab_;
};

TEST_F(Workers, a_drained_one_ends_what_it_has_and_gets_nothing_until_it_is_wanted_again) {
  lab_.trigger("d", "one");
  drain(true);
  EXPECT_EQ(state(), WorkerRow::State::draining);
  EXPECT_THAT(lab_.held(), ElementsAre("one.t"));
  lab_.trigger("d", "two");
  lab_.finish("one.t");
  EXPECT_THAT(lab_.held(), IsEmpty());
  EXPECT_EQ(lab_.why_text("d", "two", "t"),
            "no worker that is online serves queue \"default\"; drained: \"w\"\n");
  drain(false);
  EXPECT_EQ(state(), WorkerRow::State::online);
  EXPECT_THAT(lab_.held(), ElementsAre("two.t"));
}

TEST_F(Workers, stay_drained_over_restarts_of_either_side) {
  drain(true);
  lab_.restart();
  lab_.trigger("d", "one");
  lab_.pass(minutes(5));
  EXPECT_THAT(lab_.held(), IsEmpty());
  lab_.work(4);  // it registers anew
  EXPECT_THAT(lab_.held(), IsEmpty());
  EXPECT_EQ(state(), WorkerRow::State::draining);
  drain(false);
  EXPECT_THAT(lab_.held(), ElementsAre("one.t"));
}

TEST_F(Workers, that_are_silent_stay_so_when_they_are_drained_after_a_restart) {
  lab_.fall_silent();
  lab_.pass(seconds(30));
  ASSERT_EQ(state(), WorkerRow::State::unreachable);
  lab_.restart();
  drain(true);
  EXPECT_EQ(state(), WorkerRow::State::unreachable);
}

TEST_F(Workers, of_no_such_name_cannot_be_drained) {
  EXPECT_EQ(lab_.apply(DrainWorker{"nobody", true, "ada"}).error().code, ErrorCode::not_found);
}

TEST_F(Workers, a_silence_leaves_no_timer_behind) {
  const auto steps = [&] {
    std::size_t before = lab_.steps();
    lab_.pass(minutes(30));
    return lab_.steps() - before;
  };
  const std::size_t quiet = steps();
  for (int i = 0; i < 20; ++i) {
    lab_.fall_silent();
    lab_.pass(seconds(25));  // long enough to be unreachable, too short to be lost
    ASSERT_EQ(state(), WorkerRow::State::unreachable);
    lab_.fall_silent(false);
    lab_.pass(seconds(5));
    ASSERT_EQ(state(), WorkerRow::State::online);
  }
  EXPECT_LE(steps(), quiet + quiet / 2);
}

TEST_F(Workers, lost_with_a_task_that_is_waited_for_is_a_reason) {
  lab_.put_dag("d", waited_for);
  lab_.trigger("d", "r");
  lab_.fall_silent();
  lab_.pass(minutes(30));
  EXPECT_THAT(lab_.why("d", "r", "t"), ElementsAre("worker_lost"));
  EXPECT_EQ(state(), WorkerRow::State::lost);
}

/// What people may do when the machine of such a task is gone for good.
TEST_F(Workers, lost_for_good_are_given_up_by_a_cancel_a_clear_and_a_mark) {
  const std::map<std::string, std::function<void(Lab&)>> ways{
      {"cancel of the task",
       [](Lab& lab) {
         ASSERT_TRUE(lab.apply(CancelTask{"d", "r", "t", -1, "ada"}));
       }},
      {"cancel of the run", [](Lab& lab) { lab.mark("d", "r", MarkRun::To::cancelled); }},
      {"mark of the run", [](Lab& lab) { lab.mark("d", "r", MarkRun::To::success); }},
      {"clear", [](Lab& lab) { edit(lab, clear("r")); }},
  };
  for (const auto& [name, end] : ways)
    for (const bool restarted : {false, true}) {
      Lab lab;
      lab.put_dag("d", std::string(R"("max_active_runs": 1, )") + waited_for);
      lab.work(4);
      lab.trigger("d", "r");
      lab.trigger("d", "next");
      lab.fall_silent();
      lab.pass(minutes(30));
      if (restarted) {
        lab.restart();
        lab.pass(minutes(30));
      }
      ASSERT_EQ(lab.scheduler().state().attempts.active().size(), 1U) << name;
      end(lab);
      lab.settle();
      EXPECT_THAT(lab.scheduler().state().attempts.active(), IsEmpty()) << name;
      EXPECT_THAT(lab.scheduler().state().attempts.sessions(), IsEmpty()) << name;
      lab.fall_silent(false);
      lab.work(4);
      EXPECT_THAT(lab.held(), Contains(name == "clear" ? "r.t" : "next.t")) << name;
    }
}

TEST_F(Workers, what_was_ended_before_its_worker_was_lost_is_not_waited_for) {
  lab_.put_dag("d", waited_for);
  lab_.trigger("d", "r");
  lab_.mark("d", "r", MarkRun::To::cancelled);
  lab_.fall_silent();
  lab_.pass(minutes(30));
  EXPECT_EQ(lab_.run_state("d", "r"), "failed");
  EXPECT_THAT(lab_.scheduler().state().attempts.sessions(), IsEmpty());
}

}  // namespace
}  // namespace weft::test

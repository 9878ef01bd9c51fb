#include "cli/run_view.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "server/core/dag/parse.h"

namespace weft::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class RunViewTest : public ::testing::Test {
 protected:
  RunViewTest() : out_(open_memstream(&text_, &size_)) {}
  ~RunViewTest() override {
    std::fclose(out_);
    std::free(text_);
  }
  std::string shown() {
    std::fflush(out_);
    return {text_, size_};
  }
  static InstanceRow row(const char* task, TaskState state) {
    InstanceRow row;
    row.task_id = task;
    row.state = state;
    row.try_number = 1;
    row.started_at = Instant{};
    return row;
  }

  std::shared_ptr<const Dag> dag_ =
      parse_dag({.path = "d.dag.json", .text = R"({"tasks": [{"task_id": "a", "command": "true"},
                                       {"task_id": "long", "command": "true"}]})"})
          .dag;
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* out_;
};

TEST_F(RunViewTest, without_a_terminal_each_transition_has_a_line) {
  RunView view(*dag_, {}, out_);
  view.on_instance(row("a", TaskState::queued), Instant{1s});
  view.on_instance(row("a", TaskState::running), Instant{1s});
  view.on_instance(row("a", TaskState::running), Instant{2s});
  InstanceRow done = row("a", TaskState::success);
  done.ended_at = Instant{3s};
  view.on_instance(done, Instant{3s});
  RunRow run;
  run.state = RunState::failed;
  run.reason = "cancelled";
  view.on_end(run, Instant{4s});
  EXPECT_EQ(shown(),
            "00:00:01  a     running\n"
            "00:00:03  a     success  3.0s\n"
            "run failed (cancelled)\n");
}

TEST_F(RunViewTest, on_a_terminal_the_lines_are_drawn_anew) {
  RunView view(*dag_, {.live = true, .colours = false, .rows = 24}, out_);
  view.on_instance(row("a", TaskState::running), Instant{1s});
  EXPECT_EQ(shown(), "▶ a     running  1.0s\n· long  waiting\n");
  view.say("log\n");
  EXPECT_THAT(shown(), HasSubstr("\x1b[2A\x1b[Jlog\n"));
}

TEST_F(RunViewTest, each_element_of_a_mapped_task_has_its_line) {
  RunView view(*dag_, {.live = true, .colours = false, .rows = 6}, out_);
  InstanceRow element = row("a", TaskState::running);
  element.map_index = 0;
  view.on_instance(element, Instant{1s});
  EXPECT_EQ(shown(), "▶ a[0]  running  1.0s\n· long  waiting\n");
  for (element.map_index = 1; element.map_index < 4; ++element.map_index)
    view.on_instance(element, Instant{1s});
  EXPECT_FALSE(view.is_live()) << "they do not fit any more";
  EXPECT_THAT(shown(), HasSubstr("\x1b[4A\x1b[J00:00:01  a[3]  running\n"));
}

TEST_F(RunViewTest, more_tasks_than_fit_are_not_drawn) {
  RunView view(*dag_, {.live = true, .colours = false, .rows = 3}, out_);
  EXPECT_FALSE(view.is_live());
  view.on_instance(row("a", TaskState::running), Instant{1s});
  EXPECT_THAT(shown(), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace weft::cli

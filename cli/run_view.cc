#include "cli/run_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "cli/text.h"

namespace weft::cli {
namespace {

const char* colour_of(TaskState state) {
  switch (state) {
    case TaskState::success: return "32";
    case TaskState::failed:
    case TaskState::upstream_failed: return "31";
    case TaskState::running: return "36";
    case TaskState::up_for_retry:
    case TaskState::restarting: return "33";
    case TaskState::skipped: return "35";
    default: return "2";
  }
}

const char* mark_of(TaskState state) {
  switch (state) {
    case TaskState::success: return "✓";
    case TaskState::failed:
    case TaskState::upstream_failed: return "✗";
    case TaskState::running: return "▶";
    case TaskState::up_for_retry: return "↻";
    case TaskState::skipped: return "-";
    default: return "·";
  }
}

/// States that last no longer than the hand-over to the runner.
bool is_worth_a_line(TaskState state) {
  return state != TaskState::none && state != TaskState::scheduled && state != TaskState::queued;
}

}  // namespace

RunView::Style RunView::style_for(std::FILE* out) {
  Style style;
  const char* const term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  style.live = ::isatty(::fileno(out)) != 0 && !dumb;
  const char* const no_color = std::getenv("NO_COLOR");
  style.colours = style.live && (no_color == nullptr || *no_color == '\0');
  winsize size{};
  if (style.live && ::ioctl(::fileno(out), TIOCGWINSZ, &size) == 0) style.rows = size.ws_row;
  return style;
}

RunView::RunView(const Dag& dag, Style style, std::FILE* out) : style_(style), out_(out) {
  for (const Task& task : dag.tasks) {
    lines_[{tasks_.size(), -1}] = {task.id, {}};
    tasks_.emplace(task.id, tasks_.size());
    width_ = std::max(width_, columns(task.id));
  }
  if (lines_.size() + 2 > style_.rows) style_.live = false;
}

/// A mapped task's own line becomes that of its first element.
RunView::Line& RunView::line_of(std::size_t task, const InstanceRow& row) {
  const Place place{task, row.map_index};
  if (auto found = lines_.find(place); found != lines_.end()) return found->second;
  lines_.erase({task, -1});
  Line& line = lines_[place];
  line.label = fmt::format("{}[{}]", row.task_id, row.map_index);
  width_ = std::max(width_, columns(line.label));
  if (style_.live && lines_.size() + 2 > style_.rows) {
    erase();
    style_.live = false;
  }
  return line;
}

std::string RunView::colour(TaskState state, const std::string& text) const {
  return style_.colours ? fmt::format("\x1b[{}m{}\x1b[0m", colour_of(state), text) : text;
}

std::string RunView::state_text(const InstanceRow& row, Instant now) const {
  std::string text = row.state == TaskState::none ? "waiting" : std::string(name_of(row.state));
  const bool runs = row.state == TaskState::running;
  if (row.started_at && (runs ? style_.live : is_terminal(row.state)))
    text += "  " + short_duration(row.ended_at.value_or(now) - *row.started_at);
  if (row.state == TaskState::up_for_retry && row.retry_at)
    text += "  in " + short_duration(*row.retry_at - now);
  if (row.try_number > 1) text += fmt::format("  (try {})", row.try_number);
  if (!row.reason.empty()) text += "  " + printable(row.reason);
  return text;
}

void RunView::on_instance(const InstanceRow& row, Instant now) {
  const auto found = tasks_.find(row.task_id);
  if (found == tasks_.end()) return;
  Line& line = line_of(found->second, row);
  InstanceRow& known = line.row;
  const bool is_new = known.state != row.state || known.try_number != row.try_number;
  known = row;
  if (style_.live) return draw(now);
  if (!is_new || !is_worth_a_line(row.state)) return;
  const std::string padding(width_ - columns(line.label), ' ');
  std::fprintf(out_, "%s  %s%s  %s\n", format_in_zone(now, "UTC", "%H:%M:%S").c_str(),
               line.label.c_str(), padding.c_str(),
               colour(row.state, state_text(row, now)).c_str());
  std::fflush(out_);
}

void RunView::say(const std::string& text) {
  erase();
  std::fputs(text.c_str(), out_);
  std::fflush(out_);
}

void RunView::tick(Instant now) {
  if (style_.live) draw(now);
}

void RunView::on_end(const RunRow& run, Instant now) {
  if (style_.live) draw(now);
  drawn_ = 0;
  const std::string took =
      run.started_at ? " in " + short_duration(run.ended_at.value_or(now) - *run.started_at) : "";
  const auto state = run.state == RunState::success ? TaskState::success : TaskState::failed;
  const std::string reason = run.reason.empty() ? "" : " (" + printable(run.reason) + ")";
  std::fprintf(out_, "%s\n",
               colour(state, fmt::format("run {}{}{}", name_of(run.state), took, reason)).c_str());
  std::fflush(out_);
}

void RunView::erase() {
  if (drawn_ > 0) std::fprintf(out_, "\x1b[%zuA\x1b[J", drawn_);
  drawn_ = 0;
}

void RunView::draw(Instant now) {
  erase();
  for (const auto& [place, line] : lines_) {
    const std::string padding(width_ - columns(line.label), ' ');
    std::fprintf(out_, "%s %s%s  %s\n", colour(line.row.state, mark_of(line.row.state)).c_str(),
                 line.label.c_str(), padding.c_str(),
                 colour(line.row.state, state_text(line.row, now)).c_str());
  }
  drawn_ = lines_.size();
  std::fflush(out_);
}

}  // namespace weft::cli

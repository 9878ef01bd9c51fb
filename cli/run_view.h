#pragma once

// What `weft run` shows: on a terminal a line per task instance, redrawn; else a line per
// transition.

#include <cstdio>
#include <map>
#include <string>
#include <utility>

#include "server/core/scheduler/change.h"

namespace weft::cli {

class RunView {
 public:
  struct Style {
    bool live = false;  ///< redraw in place
    bool colours = false;
    std::size_t rows = 0;  ///< of the terminal: more lines than fit are shown one after another
  };

  /// How `out` shall be written to: live on a terminal, coloured unless NO_COLOR is set.
  static Style style_for(std::FILE* out);

  RunView(const Dag& dag, Style style, std::FILE* out);

  /// A task instance changed. Repeats of a state show nothing.
  void on_instance(const InstanceRow& row, Instant now);
  /// Above the live lines, for good.
  void say(const std::string& text);
  /// Draws durations anew; only where something runs.
  void tick(Instant now);
  /// The last word.
  void on_end(const RunRow& run, Instant now);

  bool is_live() const { return style_.live; }
  bool colours() const { return style_.colours; }

 private:
  struct Line {
    std::string label;  ///< of a mapped one with its index: load[2]
    InstanceRow row;
  };
  /// By topological order and map index.
  using Place = std::pair<std::size_t, std::int32_t>;

  Line& line_of(std::size_t task, const InstanceRow& row);
  std::string colour(TaskState state, const std::string& text) const;
  std::string state_text(const InstanceRow& row, Instant now) const;
  void erase();
  void draw(Instant now);

  Style style_;
  std::FILE* const out_;
  std::map<Place, Line> lines_;
  std::map<std::string, std::size_t> tasks_;
  std::size_t width_ = 0;
  std::size_t drawn_ = 0;  ///< lines on the terminal that erase() takes back
};

}  // namespace weft::cli

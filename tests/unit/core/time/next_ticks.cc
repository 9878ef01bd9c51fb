// Prints the ticks of schedules, for tests/oracle/cron_oracle.py. Reads lines
// `expression<TAB>zone<TAB>policy<TAB>after<TAB>count` (several expressions are split by `|`),
// writes a line of count instants split by spaces, `-` for none, or `error: …`.

#include <iostream>
#include <sstream>

#include "server/core/time/timetable.h"

namespace weft {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

/// The ticks after `after`, each checked against previous().
std::string ticks_line(const Timetable& timetable, Instant after, int count) {
  std::string line;
  std::optional<Instant> last;
  for (int i = 0; i < count; ++i) {
    const auto tick = timetable.next(after);
    if (tick && last && timetable.previous(*tick) != last) {
      return "error: previous(" + format_instant_z(*tick) + ") is not " + format_instant_z(*last);
    }
    line += (i == 0 ? "" : " ") + (tick ? format_instant_z(*tick) : std::string("-"));
    if (!tick) break;
    if (*tick <= after) return "error: next(" + format_instant_z(after) + ") does not increase";
    after = *tick;
    last = tick;
  }
  return line;
}

std::string answer(const std::string& question) {
  const auto fields = split(question, '\t');
  if (fields.size() != 5) return "error: not five fields";
  ScheduleSpec spec;
  spec.crons = split(fields[0], '|');
  spec.timezone = fields[1];
  spec.dst_policy = fields[2] == "airflow" ? DstPolicy::airflow : DstPolicy::once;
  const auto timetable = Timetable::compile(spec);
  if (!timetable) return "error: " + timetable.error().message;
  const auto after = parse_instant(fields[3]);
  if (!after) return "error: " + after.error().message;
  return ticks_line(**timetable, *after, std::stoi(fields[4]));
}

}  // namespace
}  // namespace weft

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) std::cout << weft::answer(line) << '\n';
}

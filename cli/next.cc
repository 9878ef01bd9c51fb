#include <cstdio>

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/offline.h"
#include "cli/text.h"
#include "cli/upcoming.h"
#include "server/core/scheduler/calendar.h"

namespace weft::cli {
namespace {

UpcomingRun run_at(const Dag& dag, Instant tick) {
  const DataInterval interval = interval_of(dag, tick);
  return {logical_date_of(dag, interval), tick, interval};
}

nlohmann::json to_json(const std::vector<UpcomingRun>& runs) {
  auto list = nlohmann::json::array();
  for (const UpcomingRun& run : runs)
    list.push_back({{"logical_date", format_instant_z(run.logical_date)},
                    {"data_interval_start", format_instant_z(run.interval.start)},
                    {"data_interval_end", format_instant_z(run.interval.end)},
                    {"run_after", format_instant_z(run.run_after)}});
  return list;
}

std::string to_table(const std::vector<UpcomingRun>& runs, const std::string& timezone) {
  Table table({"RUN AFTER (" + timezone + ")", "LOGICAL DATE", "DATA INTERVAL"});
  for (const UpcomingRun& run : runs)
    table.add({format_in_zone(run.run_after, timezone, "%a %Y-%m-%d %H:%M:%S %z"),
               format_instant_z(run.logical_date),
               format_instant_z(run.interval.start) + " … " + format_instant_z(run.interval.end)});
  return table.to_text();
}

const char* why_none(const Dag& dag) {
  if (dag.schedule.continuous)
    return "\"@continuous\": each run starts when the one before it has ended";
  if (dag.asset_schedule && dag.schedule.empty())
    return "by assets: a run starts when its assets have had events";
  if (dag.schedule.empty()) return "no schedule: it runs when it is triggered";
  return "the schedule makes no run after that";
}

}  // namespace

std::vector<UpcomingRun> upcoming_runs(const Dag& dag, Instant after, int count) {
  std::vector<UpcomingRun> runs;
  if (count <= 0) return runs;
  if (dag.schedule.once) {
    const Instant at = dag.start_date.value_or(after);
    if (at >= after) runs.push_back(run_at(dag, at));
    return runs;
  }
  if (!dag.timetable) return runs;
  // A DAG first seen at `after`: its cursor already stands behind start_date.
  auto cursor = initial_cursor(dag, after, std::nullopt);
  if (cursor && dag.catchup == Catchup::all) cursor = std::max(*cursor, after);
  while (cursor && runs.size() < static_cast<std::size_t>(count)) {
    // Before its tick is due, the schedule says when that is.
    const DueTick due = due_tick(dag, *cursor, *cursor, std::nullopt);
    if (!due.wake_at) break;
    if (*due.wake_at > after) runs.push_back(run_at(dag, *due.wake_at));
    cursor = due.wake_at;
  }
  return runs;
}

int next(const NextOptions& options) {
  const auto loaded = load_dag_argument(options.file);
  if (!loaded) return complain(loaded.error(), exit_code::usage);
  const auto after = parse_date("--after", options.after);
  if (!after) return complain(after.error(), exit_code::usage);
  const Instant now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const Dag& dag = *loaded->dag;
  const auto runs = upcoming_runs(dag, after->value_or(now), options.count);
  if (options.form != Form::table) {
    print_document(to_json(runs), options.form);
  } else if (runs.empty()) {
    std::printf("%s\n", why_none(dag));
  } else {
    std::fputs(to_table(runs, dag.schedule.timezone).c_str(), stdout);
  }
  return exit_code::ok;
}

}  // namespace weft::cli

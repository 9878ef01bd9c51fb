// No tick is lost, whatever the clock does: one that a cursor passes has a run, or is part of a
// dropped range that was said.

#include "tests/simulation/checker.h"
#include "tests/simulation/require.h"

namespace weft::sim {
namespace {

struct Range {
  Instant from{}, to{};
};

std::map<DagKey, std::vector<Range>> dropped_ranges(const Changes& changes) {
  std::map<DagKey, std::vector<Range>> ranges;
  for (const Change& change : changes.rows) {
    const auto* event = std::get_if<EventRow>(&change);
    if (event == nullptr || event->kind != EventRow::Kind::ticks_dropped) continue;
    const auto detail = nlohmann::json::parse(event->detail);
    ranges[event->dag].push_back({*parse_instant(detail.at("from").get<std::string>()),
                                  *parse_instant(detail.at("to").get<std::string>())});
  }
  return ranges;
}

}  // namespace

/// A new version begins with a cursor of its own.
void Checker::note_cursor(const DagRow& row) {
  auto known = dags_.find(row.key);
  if (known == dags_.end() || known->second.current_version != row.current_version) return;
  const auto before = known->second.cursor;
  if (before && row.cursor && *row.cursor > *before)
    passed_.push_back({row.key, *before, *row.cursor});
}

void Checker::ticks_passed(const Changes& changes) {
  const auto dropped = dropped_ranges(changes);
  for (const Passed& passed : passed_) {
    const Dag& dag = *versions_.at(dags_.at(passed.dag).current_version);
    if (!dag.timetable) continue;
    const auto ranges = dropped.find(passed.dag);
    for (auto tick = dag.timetable->next(passed.from); tick && *tick <= passed.to;
         tick = dag.timetable->next(*tick)) {
      bool found = dates_.contains({passed.dag, *tick});
      if (ranges != dropped.end())
        for (const Range& range : ranges->second)
          found = found || (range.from <= *tick && *tick <= range.to);
      REQUIRE(found, "the tick " + format_instant(*tick) + " of " + dag.id + " is lost");
    }
  }
  passed_.clear();
}

}  // namespace weft::sim

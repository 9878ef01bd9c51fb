// GET …/calendar: how many runs of each state a day or an hour had, and how many are to come.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/core/scheduler/calendar.h"
#include "server/core/time/zone.h"
#include "server/storage/queries/views.h"

namespace weft::api {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using storage::Reader;

constexpr Duration day = hours(24);
constexpr Duration max_by_day = 400 * day, max_by_hour = 31 * day;
/// Of what the default range has: this much is to come.
constexpr Duration ahead_by_day = 35 * day, ahead_by_hour = 7 * day;
/// What can be written down: a range that was not asked for ends there.
constexpr Instant first_instant = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
constexpr Instant last_instant =
    Instant(std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + day) - Duration(1);
/// Each costs a search in the schedule.
constexpr int max_planned = 2000;

struct Range {
  bool by_hour = false;
  Instant from{}, to{};
  std::string timezone;  ///< "": the DAG's
};

Outcome<Range> read_range(Query& query, Instant now) {
  Range range;
  range.by_hour = query.word("granularity", {"day", "hour"}) == "hour";
  const auto from = query.instant("from"), to = query.instant("to");
  range.timezone = query.text("timezone").value_or("");
  const Duration most = range.by_hour ? max_by_hour : max_by_day;
  const Duration ahead = range.by_hour ? ahead_by_hour : ahead_by_day;
  range.to = std::min(to ? *to : from ? *from + most : now + ahead, last_instant);
  range.from = std::max(from ? *from : range.to - most, first_instant);
  if (range.to <= range.from)
    query.report("to", "Input should be later than `from`", "greater_than");
  else if (range.to - range.from > most)
    query.report("to", fmt::format("Input should be at most {} days after `from`", most / day),
                 "less_than_equal");
  API_TRY(query.check());
  return range;
}

struct Bucket {
  std::array<std::int64_t, 4> runs{};  ///< by RunState
  std::int64_t planned = 0;
};

/// Days and hours as the wall of a zone shows them.
class Buckets {
 public:
  Buckets(std::shared_ptr<const Zone> zone, bool by_hour)
      : zone_(std::move(zone)), by_hour_(by_hour), span_(zone_->span_at(UtcSeconds())) {}

  Bucket& of(Instant at) {
    const auto utc = std::chrono::floor<seconds>(at);
    if (!span_.contains(utc)) span_ = zone_->span_at(utc);
    const auto local = span_.to_local(utc).time_since_epoch();
    // The hour that the wall shows twice is two.
    const auto key = by_hour_ ? seconds(std::chrono::floor<hours>(local)) - span_.offset
                              : seconds(std::chrono::floor<std::chrono::days>(local));
    return buckets_[key];
  }

  nlohmann::json json() const {
    auto list = nlohmann::json::array();
    for (const auto& [key, bucket] : buckets_) {
      auto states = nlohmann::json::object();
      for (std::size_t i = 0; i < bucket.runs.size(); ++i)
        if (bucket.runs[i] > 0)
          states[std::string(name_of(static_cast<RunState>(i)))] = bucket.runs[i];
      list.push_back({{"date", label(key)}, {"states", states}, {"planned", bucket.planned}});
    }
    return list;
  }

 private:
  std::string label(seconds key) const {
    if (!by_hour_) return date(key);
    const seconds offset = zone_->span_at(UtcSeconds(key)).offset;
    const seconds local = key + offset, away = offset < seconds() ? -offset : offset;
    const auto hour = (local - std::chrono::floor<std::chrono::days>(local)) / hours(1);
    return fmt::format("{}T{:02}:00:00{}{:02}:{:02}", date(local), hour,
                       offset < seconds() ? '-' : '+', away / hours(1),
                       away % hours(1) / std::chrono::minutes(1));
  }
  static std::string date(seconds local) {
    const std::chrono::year_month_day date(
        std::chrono::sys_days(std::chrono::floor<std::chrono::days>(local)));
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  }

  std::shared_ptr<const Zone> zone_;
  bool by_hour_;
  Span span_;  ///< of the last one asked for: neighbours share it
  std::map<seconds, Bucket> buckets_;
};

/// The ticks to come. Returns how far they were followed, nullopt: to the end of the range.
std::optional<Instant> add_planned(Buckets& buckets, const storage::DagRecord& record,
                                   const Dag& dag, const Range& range, Instant now) {
  if (!dag.timetable || record.row.is_paused || record.row.is_stale) return std::nullopt;
  // No run is named by a date behind its tick.
  auto after = std::max(now, range.from - Duration(1));
  if (record.row.cursor) after = std::max(after, *record.row.cursor);
  for (int i = 0; i < max_planned; ++i) {
    const auto tick = dag.timetable->next(after);
    if (!tick) return std::nullopt;
    const auto interval = interval_of(dag, *tick);
    const Instant date = logical_date_of(dag, interval);
    if (date >= range.to || (dag.end_date && interval.end > *dag.end_date)) return std::nullopt;
    after = *tick;
    if (date < range.from || (dag.start_date && interval.start < *dag.start_date)) continue;
    ++buckets.of(date).planned;
  }
  return after;
}

}  // namespace

Outcome<http::Response> get_calendar(Call& call) {
  Query query(call.request);
  const Instant now = call.deps.clock.now().wall;
  API_TRY_ASSIGN(const auto range, read_range(query, now));
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto record, require_dag(reader, call.value("dag_id")));
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, record.row.current_version));
    const auto timezone = range.timezone.empty() ? record.timezone : range.timezone;
    auto zone = Zone::load(timezone);
    if (!zone) return refuse({{"query", "timezone"}, zone.error().message, "value_error"});
    Buckets buckets(std::move(*zone), range.by_hour);
    API_TRY(storage::visit_run_dates(reader, record.row.key, range.from, range.to,
                                     [&](Instant date, RunState state) {
                                       ++buckets.of(date).runs[static_cast<std::size_t>(state)];
                                     }));
    const auto planned_until = add_planned(buckets, record, *dag, range, now);
    return json_response({{"dag_id", record.row.dag_id},
                          {"timezone", timezone},
                          {"granularity", range.by_hour ? "hour" : "day"},
                          {"from", instant_json(range.from)},
                          {"to", instant_json(range.to)},
                          {"buckets", buckets.json()},
                          {"planned_until", instant_json(planned_until)}});
  });
}

}  // namespace weft::api

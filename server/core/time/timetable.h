#pragma once

// When a schedule ticks. Pure: the zone data are read from the system's files by Abseil, nothing
// else. A newcomer starts here, then cron.h.

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/instant.h"
#include "server/core/time/business_days.h"

namespace weft {

struct EverySpec {
  Duration period{};
  Instant anchor{};
  bool operator==(const EverySpec&) const = default;
};

enum class DstPolicy : std::uint8_t { once, airflow };

/// What stands in a DAG file under `schedule`, `timezone`, `dst_policy`, `calendar`. Exactly one of
/// crons, every, once is used; none of them: no schedule.
struct ScheduleSpec {
  std::vector<std::string> crons;  ///< union; presets (@daily …) are spelt as written
  std::optional<EverySpec> every;
  bool once = false;        ///< "@once"
  bool continuous = false;  ///< "@continuous"
  std::string timezone = "UTC";
  DstPolicy dst_policy = DstPolicy::once;
  BusinessDays business_days;  ///< empty: every day
  bool operator==(const ScheduleSpec&) const = default;
  bool empty() const { return crons.empty() && !every && !once && !continuous; }
};

struct DataInterval {
  Instant start{};
  Instant end{};
  bool operator==(const DataInterval&) const = default;
};

/// A compiled schedule. Immutable, shared by threads.
class Timetable {
 public:
  /// Errors: invalid_argument naming the expression, the field and the fix; an unknown zone with
  /// the nearest known one.
  static Result<std::shared_ptr<const Timetable>> compile(const ScheduleSpec& spec);
  virtual ~Timetable() = default;

  /// The first tick strictly after `after`; nullopt when there is none (or none before year
  /// 10000). Cost does not depend on how far away it is. Strictly increasing. nullopt for @once
  /// and @continuous, which tick by the scheduler's own rules.
  virtual std::optional<Instant> next(Instant after) const = 0;
  /// The last tick strictly before `before`; nullopt when there is none (after year 1).
  virtual std::optional<Instant> previous(Instant before) const = 0;
  /// How many ticks lie in [first, last], counted up to `most`. Of crons and periods the cost grows
  /// with the days between, not with the ticks.
  virtual std::int64_t count(Instant first, Instant last, std::int64_t most) const;
};

/// Checks an IANA zone name. Errors: invalid_argument with the nearest known name.
Result<void> check_timezone(const std::string& name);

/// The instant's local date or time in a zone, formatted as by strftime (`%Y-%m-%d`).
std::string format_in_zone(Instant instant, const std::string& timezone, const std::string& format);

}  // namespace weft

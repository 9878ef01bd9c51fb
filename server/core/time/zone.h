#pragma once

// A time zone as a list of stretches of constant UTC offset. Abseil reads the system's zone files;
// the list answers what the tick rules ask: where does the stretch around an instant begin and end.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "server/core/time/cron.h"

namespace weft {

/// An instant in whole seconds: schedules have no finer ticks.
using UtcSeconds = std::chrono::sys_seconds;

/// A stretch of time with one UTC offset: [begin, end).
struct Span {
  UtcSeconds begin;
  UtcSeconds end;
  std::chrono::seconds offset;

  bool contains(UtcSeconds instant) const { return begin <= instant && instant < end; }
  LocalSeconds to_local(UtcSeconds instant) const {
    return LocalSeconds((instant + offset).time_since_epoch());
  }
  UtcSeconds to_utc(LocalSeconds local) const {
    return UtcSeconds((local - offset).time_since_epoch());
  }
};

/// Immutable, shared by threads.
class Zone {
 public:
  /// The bounds of the first and the last span.
  static constexpr UtcSeconds distant_past = UtcSeconds(std::chrono::seconds(-(1LL << 40)));
  static constexpr UtcSeconds distant_future = UtcSeconds(std::chrono::seconds(1LL << 40));

  /// The zone with an IANA name; loaded once per process. Errors: invalid_argument with the
  /// nearest known name.
  static Result<std::shared_ptr<const Zone>> load(const std::string& name);

  /// The span that contains the instant.
  Span span_at(UtcSeconds instant) const;

  /// The instants at which the wall shows `local`: none in a gap, two or more in a fold.
  struct Reading {
    std::optional<UtcSeconds> first;
    std::optional<UtcSeconds> last;
    /// In a gap: the transition that jumps over `local`, and the spans before and after it.
    Span before{};
    Span after{};
    bool in_gap() const { return !first; }
  };
  Reading read(LocalSeconds local) const;

 private:
  struct Transition {
    UtcSeconds at;
    std::chrono::seconds offset;  ///< from `at` on
  };
  Zone(std::chrono::seconds first_offset, std::vector<Transition> transitions);
  static std::shared_ptr<const Zone> build(const std::string& name);

  std::chrono::seconds first_offset_;
  std::vector<Transition> transitions_;
  /// Abseil lists a rule's transitions for 400 years; behind them the calendar repeats itself.
  bool repeats_ = false;
};

/// The known zone name nearest to a misspelt one (also `berlin` → Europe/Berlin), or "" when none
/// is near.
std::string nearest_zone_name(const std::string& name);

/// Whether the machine has zone data at all.
bool has_zone_data();

}  // namespace weft

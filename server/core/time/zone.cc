#include "server/core/time/zone.h"

#include <algorithm>
#include <map>
#include <mutex>

#include <absl/time/time.h>
#include <fmt/format.h>

namespace weft {
namespace {

namespace chrono = std::chrono;
using chrono::seconds;

constexpr seconds gregorian_cycle{400LL * 365 * 86'400 + 97LL * 86'400};
/// No zone's wall is further away from UTC.
constexpr seconds widest_offset{26 * 3600};

UtcSeconds to_seconds(absl::Time time) {
  return UtcSeconds(seconds(absl::ToUnixSeconds(time)));
}
absl::Time from_seconds(UtcSeconds time) {
  return absl::FromUnixSeconds(time.time_since_epoch().count());
}

/// Only plain relative names reach the file system: Abseil would open any path.
bool is_plain_name(const std::string& name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.back() == '/') return false;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '+' || c == '/';
    if (!plain) return false;
  }
  // "localtime" is whatever this machine is set to; "Fixed/…" is Abseil's own, no IANA name; the
  // two folders are copies of the tree.
  return name != "localtime" && name != "posixrules" && !name.starts_with("Fixed/") &&
         !name.starts_with("posix/") && !name.starts_with("right/");
}

Error unknown_zone(const std::string& name) {
  std::string shown = name.substr(0, 64);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  }
  if (!has_zone_data()) {
    return {ErrorCode::invalid_argument,
            fmt::format("time zone \"{}\" cannot be read: this machine has no time zone data; "
                        "install the package tzdata",
                        shown)};
  }
  const std::string nearest = nearest_zone_name(name);
  return {ErrorCode::invalid_argument,
          fmt::format("unknown time zone \"{}\"{}", shown,
                      nearest.empty() ? std::string("; write an IANA name like Europe/Berlin")
                                      : fmt::format(" (did you mean \"{}\"?)", nearest))};
}

}  // namespace

Zone::Zone(seconds first_offset, std::vector<Transition> transitions)
    : first_offset_(first_offset), transitions_(std::move(transitions)) {
  repeats_ = !transitions_.empty() &&
             transitions_.back().at >= chrono::sys_days(chrono::year{2300} / 1 / 1);
}

std::shared_ptr<const Zone> Zone::build(const std::string& name) {
  absl::TimeZone zone;
  if (!is_plain_name(name) || !absl::LoadTimeZone(name, &zone)) return nullptr;

  // Twice Abseil's 400 years is far more than any zone has.
  constexpr std::size_t most_transitions = 4096;
  std::vector<Transition> transitions;
  const seconds first_offset{zone.At(from_seconds(distant_past)).offset};
  seconds offset = first_offset;
  absl::Time at = from_seconds(distant_past);
  absl::TimeZone::CivilTransition change;
  while (zone.NextTransition(at, &change) && transitions.size() < most_transitions) {
    // The earlier of the two wall times is the one that is skipped or shown twice.
    at = zone.At(std::min(change.from, change.to)).trans;
    const seconds after{zone.At(at).offset};
    if (after == offset) continue;  // only the name or the DST flag changes
    transitions.push_back({to_seconds(at), after});
    offset = after;
  }
  return std::shared_ptr<const Zone>(new Zone(first_offset, std::move(transitions)));
}

Result<std::shared_ptr<const Zone>> Zone::load(const std::string& name) {
  // Bounded by the number of zones; failures are not kept.
  static std::mutex mutex;
  static auto* const loaded = new std::map<std::string, std::shared_ptr<const Zone>>();
  const std::lock_guard lock(mutex);
  if (const auto found = loaded->find(name); found != loaded->end()) return found->second;
  std::shared_ptr<const Zone> zone = build(name);
  if (!zone) return tl::unexpected<Error>(unknown_zone(name));
  loaded->emplace(name, zone);
  return zone;
}

Span Zone::span_at(UtcSeconds instant) const {
  seconds shift{0};
  if (repeats_ && instant >= transitions_.back().at) {
    const auto beyond = instant - transitions_.back().at;
    shift = (beyond / gregorian_cycle + 1) * gregorian_cycle;
  }
  const UtcSeconds looked_up = instant - shift;
  const auto next =
      std::upper_bound(transitions_.begin(), transitions_.end(), looked_up,
                       [](UtcSeconds time, const Transition& entry) { return time < entry.at; });
  Span span;
  const bool first = next == transitions_.begin();
  span.begin = first ? distant_past : (next - 1)->at + shift;
  span.end = next == transitions_.end() ? distant_future : next->at + shift;
  span.offset = first ? first_offset_ : (next - 1)->offset;
  return span;
}

Zone::Reading Zone::read(LocalSeconds local) const {
  const UtcSeconds as_utc(local.time_since_epoch());
  const UtcSeconds end = as_utc + widest_offset;
  Reading reading;
  for (Span span = span_at(as_utc - widest_offset);;) {
    const UtcSeconds candidate = span.to_utc(local);
    if (span.contains(candidate)) {
      if (!reading.first) reading.first = candidate;
      reading.last = candidate;
    }
    if (span.end > end) break;
    const Span next = span_at(span.end);
    if (span.to_local(span.end) <= local && local < next.to_local(next.begin)) {
      reading.before = span;
      reading.after = next;
    }
    span = next;
  }
  return reading;
}

}  // namespace weft

// The DAG key `calendar`: which days count, from lists in calendars/NAME.json beside the DAG file
// or in a folder above it. They become part of the version: the canonical text has them inlined.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/core/dag/draft.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

using nlohmann::json;

constexpr std::size_t most_days = 10'000;
constexpr std::size_t most_calendars = 20;
constexpr int most_folders = 32;  ///< between the DAG file and the bundle's root

constexpr std::string_view day_forms =
    "a date such as \"2026-12-25\" or a weekday such as \"sat\", \"fri#1\", \"friL\"";

/// Dates as people list them: a search along them must stay short.
std::optional<std::chrono::local_days> parse_day(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto instant = parse_instant(std::string(text));
  if (!instant) return std::nullopt;
  const std::chrono::local_days day(
      std::chrono::floor<std::chrono::days>(*instant).time_since_epoch());
  const int year = static_cast<int>(std::chrono::year_month_day(day).year());
  return year >= 1900 && year < 2200 ? std::optional(day) : std::nullopt;
}

void read_days(ValueReader& reader, Calendar& calendar, JsonRef at) {
  if (!reader.is_list(at, "dates and weekdays")) return;
  if (at.count() > most_days) return reader.report().error(at, "at most 10,000 days are possible");
  for (JsonRef item = at.first(); item; item = item.next()) {
    if (!item.is_string()) {
      reader.expected(item, day_forms);
      continue;
    }
    const auto rule = parse_weekday_rule(item.text());
    const auto day = parse_day(item.text());
    if (rule)
      calendar.weekdays.push_back(*rule);
    else if (day)
      calendar.dates.push_back(*day);
    else
      reader.report().error(item, fmt::format("{} is no day in 1900 to 2199; {} expected",
                                              shown(item.text()), day_forms));
  }
  std::sort(calendar.dates.begin(), calendar.dates.end());
  calendar.dates.erase(std::unique(calendar.dates.begin(), calendar.dates.end()),
                       calendar.dates.end());
}

/// A list of days, or an object with one.
JsonRef days_of(ValueReader& reader, JsonRef at, const std::vector<std::string_view>& keys) {
  if (!at.is_object()) return at;
  for (JsonRef member = at.first(); member; member = member.next())
    if (std::find(keys.begin(), keys.end(), member.key()) == keys.end())
      reader.report().key_error(member, fmt::format("unknown key {}{}", shown(member.key()),
                                                    did_you_mean(member.key(), keys)));
  const JsonRef days = at.find("days");
  if (!days) reader.report().error(at, "\"days\" is missing");
  return days;
}

class CalendarReader {
 public:
  CalendarReader(ValueReader& reader, DagDraft& draft) : reader_(reader), draft_(draft) {}

  void read(JsonRef at) {
    if (!reader_.is_object(at, "with \"include\" or \"exclude\"")) return;
    BusinessDays& days = draft_.dag.schedule.business_days;
    static const std::vector<std::string_view> keys = {"include", "exclude", "shift"};
    for (JsonRef member = at.first(); member; member = member.next()) {
      if (member.key() == "include")
        read_list(days.include, member);
      else if (member.key() == "exclude")
        read_list(days.exclude, member);
      else if (member.key() == "shift")
        read_shift(member);
      else
        reader_.report().key_error(member, fmt::format("unknown key {}{}", shown(member.key()),
                                                       did_you_mean(member.key(), keys)));
    }
    if (days.empty() && !reader_.report().has_errors())
      reader_.report().error(at, "name a calendar in \"include\" or \"exclude\"");
  }

 private:
  void read_shift(JsonRef at) {
    static constexpr std::array<std::string_view, 3> names = {"none", "next_business_day",
                                                              "previous_business_day"};
    const auto found = reader_.choice(at, names);
    if (!found) return;
    draft_.dag.schedule.business_days.shift = static_cast<Shift>(*found);
    draft_.calendar["shift"] = names[*found];
  }

  void read_list(std::vector<Calendar>& calendars, JsonRef at) {
    if (!reader_.is_list(at, "calendars' names")) return;
    if (at.count() > most_calendars)
      return reader_.report().error(at, "at most 20 calendars are possible");
    json& inlined = draft_.calendar[std::string(at.key())] = json::array();
    for (JsonRef item = at.first(); item; item = item.next()) {
      Calendar& calendar = calendars.emplace_back();
      if (item.is_object()) {
        const JsonRef days = days_of(reader_, item, {"name", "days"});
        if (days) read_days(reader_, calendar, days);
        inlined.push_back(item.to_json());
      } else if (const auto name = reader_.id(item)) {
        const JsonRef days = load(item, *name);
        if (!days) continue;
        read_days(reader_, calendar, days);
        inlined.push_back({{"name", *name}, {"days", days.to_json()}});
      }
    }
  }

  /// The days in calendars/NAME.json of the nearest folder; the errors in it are its own.
  JsonRef load(JsonRef at, const std::string& name) {
    const std::string path = "calendars/" + name + ".json";
    std::string up;
    std::optional<std::string> text;
    for (int i = 0; i < most_folders && !text; ++i, up += "../") text = reader_.beside(up + path);
    if (!text) {
      reader_.report().error(at,
                             fmt::format("no calendar {}: there is no {} beside the DAG file or "
                                         "in a folder above it",
                                         shown(name), path));
      return {};
    }
    JsonTree& tree =
        *draft_.calendar_files.emplace_back(std::make_unique<JsonTree>(path, std::move(*text)));
    std::vector<JsonFinding> findings;
    const bool whole = tree.parse(false, findings);
    for (JsonFinding& finding : findings)
      reader_.report().error_at(tree, finding.offset, std::move(finding.message));
    return whole ? days_of(reader_, JsonRef(&tree, 0), {"description", "days"}) : JsonRef();
  }

  ValueReader& reader_;
  DagDraft& draft_;
};

}  // namespace

void read_calendar(ValueReader& reader, DagDraft& draft, JsonRef at) {
  draft.calendar_at = at;
  draft.calendar = json();
  draft.dag.schedule.business_days = {};
  if (!at.is_null()) CalendarReader(reader, draft).read(at);
}

void settle_calendar(ValueReader& reader, const DagDraft& draft) {
  const Dag& dag = draft.dag;
  if (dag.schedule.business_days.empty()) return;
  if (!dag.timetable) {
    if (dag.schedule.once || dag.schedule.continuous || dag.schedule.empty())
      reader.report().error(draft.calendar_at, "a calendar needs a schedule by cron or \"every\"");
    return;
  }
  const Instant now(std::chrono::sys_days(std::chrono::year{2020} / 1 / 1));
  if (!dag.timetable->next(now) && !dag.timetable->previous(now))
    reader.report().error(draft.calendar_at, "it leaves no tick of the schedule");
}

}  // namespace weft

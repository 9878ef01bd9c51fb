#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <fmt/format.h>

#include "server/core/dag/draft.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

constexpr std::string_view forms =
    "null, a cron string such as \"0 2 * * *\", a preset such as \"@daily\", a list of them, "
    "{\"every\": \"15m\"}, {\"assets\": …} or {\"any\": [<one of these>, {\"assets\": …}]}";

void read_cron_list(ValueReader& reader, DagDraft& draft, JsonRef at) {
  if (at.count() == 0 || at.count() > 100) {
    return reader.report().error(at, "1 to 100 cron strings expected");
  }
  for (JsonRef item = at.first(); item; item = item.next()) {
    const auto text = reader.string(item, 250);
    if (!text) continue;
    if (*text == "@once" || *text == "@continuous") {
      reader.report().error(item, shown(*text) + " cannot be joined with others");
      continue;
    }
    draft.dag.schedule.crons.push_back(*text);
    draft.cron_places.push_back(item);
  }
}

void read_every(ValueReader& reader, DagDraft& draft, JsonRef at) {
  const JsonRef period = at.find("every");
  for (JsonRef member = at.first(); member; member = member.next()) {
    if (member.key() != "every" && member.key() != "anchor") {
      reader.report().key_error(member,
                                fmt::format("unknown key {}{}", shown(member.key()),
                                            did_you_mean(member.key(), {"every", "anchor"})));
    }
  }
  const auto length = reader.duration(period);
  if (!length) return;
  draft.dag.schedule.every = EverySpec{*length, Instant{}};
  draft.anchor_at = at.find("anchor");
}

bool has_offset(std::string_view text) {
  const std::size_t time = text.find_first_of("Tt ");
  return time != std::string_view::npos && text.find_first_of("Zz+-", time) != text.npos;
}

/// Dates without an offset are read in the DAG's zone: a daily DAG that starts on a day starts
/// with that day's own midnight.
std::optional<Instant> read_date(ValueReader& reader, JsonRef at, const std::string& timezone) {
  if (!at.is_string()) {
    reader.expected(at, "a date such as \"2026-01-31\" or \"2026-01-31T14:30:00Z\"");
    return std::nullopt;
  }
  const auto read = parse_instant(at.text());
  if (!read) return reader.report().error(at, read.error().message), std::nullopt;
  absl::TimeZone zone;
  if (has_offset(at.text()) || timezone == "UTC" || !absl::LoadTimeZone(timezone, &zone)) {
    return *read;
  }
  const auto second = std::chrono::floor<std::chrono::seconds>(*read);
  const absl::CivilSecond civil = absl::ToCivilSecond(
      absl::FromUnixSeconds(second.time_since_epoch().count()), absl::UTCTimeZone());
  const Instant local =
      from_micros(absl::ToUnixMicros(absl::FromCivil(civil, zone))) + (*read - second);
  if (local < *parse_instant("0001-01-01") || local > *parse_instant("9999-12-31T23:59:59Z")) {
    return reader.report().error(at, "a date in the years 1 to 9999 expected"), std::nullopt;
  }
  return local;
}

/// The element that a compile error is about: the first that fails alone.
void report_schedule_error(ValueReader& reader, const DagDraft& draft, const Error& whole) {
  ScheduleSpec alone = draft.dag.schedule;
  bool placed = false;
  for (std::size_t i = 0; i < draft.cron_places.size(); ++i) {
    alone.crons = {draft.dag.schedule.crons[i]};
    const auto compiled = Timetable::compile(alone);
    if (compiled) continue;
    reader.report().error(draft.cron_places[i], compiled.error().message);
    placed = true;
  }
  if (!placed) reader.report().error(draft.schedule_at, whole.message);
}

void check_zone(ValueReader& reader, DagDraft& draft) {
  if (!draft.timezone_at) return;
  const auto known = check_timezone(draft.dag.schedule.timezone);
  if (known) return;
  reader.report().error(draft.timezone_at, known.error().message);
  draft.dag.schedule.timezone = "UTC";  // so that the rest can be checked
}

/// Dates between which nothing could ever run are a mistake.
void check_interval_fits(ValueReader& reader, const DagDraft& draft) {
  const Dag& dag = draft.dag;
  if (!dag.start_date || !dag.end_date || *dag.end_date < *dag.start_date) return;
  const auto opens = dag.timetable->next(*dag.start_date - Duration(1));
  const auto closes = opens ? dag.timetable->next(*opens) : std::nullopt;
  if (closes && *closes <= *dag.end_date) return;
  reader.report().error(draft.end_at,
                        "no interval of the schedule lies between start_date and end_date");
}

/// Everything but assets.
void read_time(ValueReader& reader, DagDraft& draft, JsonRef at) {
  ScheduleSpec& schedule = draft.dag.schedule;
  if (at.is_array()) return read_cron_list(reader, draft, at);
  if (at.is_string()) {
    schedule.once = at.text() == "@once";
    schedule.continuous = at.text() == "@continuous";
    if (schedule.once || schedule.continuous) return;
    const auto text = reader.string(at, 250);
    if (!text) return;
    schedule.crons.push_back(*text);
    draft.cron_places.push_back(at);
    return;
  }
  if (!at.is_object()) return reader.expected(at, forms);
  if (at.find("every")) return read_every(reader, draft, at);
  reader.expected(at, forms);
}

/// {"any": [time, {"assets": …}]}, in either order.
void read_time_or_assets(ValueReader& reader, DagDraft& draft, JsonRef at) {
  const JsonRef list = at.find("any");
  const JsonRef first = list.is_array() ? list.first() : JsonRef();
  const JsonRef second = first ? first.next() : JsonRef();
  const auto by_assets = [](JsonRef part) { return part.is_object() && part.find("assets"); };
  if (at.count() != 1 || !second || list.count() != 2 || by_assets(first) == by_assets(second)) {
    return reader.report().error(
        at, "{\"any\": [<a time schedule>, {\"assets\": …}]} expected, one of each");
  }
  const JsonRef assets = by_assets(first) ? first : second;
  const JsonRef time = by_assets(first) ? second : first;
  if (assets.count() != 1) return reader.expected(assets, "{\"assets\": …} alone");
  draft.assets_at = assets.find("assets");
  if (time.is_null() || (time.is_string() && time.text() == "@continuous")) {
    return reader.report().error(
        time, "beside assets: a cron string, a list of them, a preset or {\"every\": \"15m\"}");
  }
  read_time(reader, draft, time);
}

}  // namespace

void read_schedule(ValueReader& reader, DagDraft& draft, JsonRef at) {
  draft.schedule_at = at;
  draft.anchor_at = {};
  draft.assets_at = {};
  draft.cron_places.clear();
  ScheduleSpec& schedule = draft.dag.schedule;
  schedule.crons.clear();
  schedule.every.reset();
  schedule.once = schedule.continuous = false;
  if (at.is_object() && at.find("any")) return read_time_or_assets(reader, draft, at);
  if (at.is_object() && at.find("assets")) {
    if (at.count() != 1) return reader.expected(at, "{\"assets\": …} alone");
    draft.assets_at = at.find("assets");
    return;
  }
  if (!at.is_null()) read_time(reader, draft, at);
}

void settle_schedule(ValueReader& reader, DagDraft& draft) {
  Dag& dag = draft.dag;
  check_zone(reader, draft);
  if (draft.start_at && !draft.start_at.is_null()) {
    dag.start_date = read_date(reader, draft.start_at, dag.schedule.timezone);
  }
  if (draft.end_at && !draft.end_at.is_null()) {
    dag.end_date = read_date(reader, draft.end_at, dag.schedule.timezone);
  }
  if (dag.start_date && dag.end_date && *dag.end_date < *dag.start_date) {
    reader.report().error(draft.end_at, "the end lies before start_date");
  }
  if (draft.anchor_at) {
    const auto anchor = read_date(reader, draft.anchor_at, dag.schedule.timezone);
    if (anchor) dag.schedule.every->anchor = *anchor;
  }
  if (dag.catchup == Catchup::all && !dag.start_date && draft.catchup_at && !draft.start_at &&
      !dag.schedule.empty()) {
    reader.report().warning(draft.catchup_at,
                            "\"all\" reaches back to start_date, and there is none");
  }
  if (dag.schedule.crons.empty() && !dag.schedule.every) return settle_calendar(reader, draft);
  auto compiled = Timetable::compile(dag.schedule);
  if (compiled) {
    dag.timetable = std::move(*compiled);
    settle_calendar(reader, draft);
    check_interval_fits(reader, draft);
  } else {
    report_schedule_error(reader, draft, compiled.error());
  }
}

}  // namespace weft

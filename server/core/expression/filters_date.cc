#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <optional>

#include <fmt/format.h>

#include "base/instant.h"
#include "server/core/expression/filters.h"
#include "server/core/expression/suggest.h"

namespace weft::expression_detail {
namespace {

using nlohmann::json;
namespace chrono = std::chrono;

enum class Form : std::uint8_t { day, day_without_dashes, instant };

struct Moment {
  Instant instant;
  Form form = Form::instant;
};

/// `20260131` (ds_nodash) and `20260131T143000` (ts_nodash), which parse_instant doesn't read.
std::optional<std::string> with_dashes(const std::string& text) {
  if (text.size() != 8 && (text.size() != 15 || text[8] != 'T')) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i != 8 && (text[i] < '0' || text[i] > '9')) return std::nullopt;
  }
  std::string made = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
  if (text.size() == 15) {
    made += "T" + text.substr(9, 2) + ":" + text.substr(11, 2) + ":" + text.substr(13, 2);
  }
  return made;
}

tl::expected<Moment, std::string> read_moment(const json& input) {
  if (!input.is_string()) {
    return tl::unexpected("a date expected, found " + std::string(kind_of(input)));
  }
  const std::string& text = input.get_ref<const std::string&>();
  const std::optional<std::string> dashed = with_dashes(text);
  const auto instant = parse_instant(dashed ? *dashed : text);
  if (!instant) return tl::unexpected(shown(text) + " is no date");
  if (text.size() == 8) return Moment{*instant, Form::day_without_dashes};
  return Moment{*instant, text.size() == 10 ? Form::day : Form::instant};
}

std::tm broken_down(Instant instant) {
  const auto seconds = chrono::floor<chrono::seconds>(instant);
  const std::time_t time = seconds.time_since_epoch().count();
  std::tm fields{};
  gmtime_r(&time, &fields);
  return fields;
}

}  // namespace

FilterResult format_date(const json& input, const std::string& format) {
  const auto moment = read_moment(input);
  if (!moment) return tl::unexpected(moment.error());
  if (format.size() > 200) return tl::unexpected(std::string("the format is too long"));
  const std::tm fields = broken_down(moment->instant);
  std::string result;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      result += format[i];
      continue;
    }
    static constexpr std::string_view known = "aAbBCdDeFgGHIjklmMnpPrRtTuUVwWxXyYzZcChfs%";
    if (++i == format.size() || known.find(format[i]) == std::string_view::npos) {
      return tl::unexpected("unknown field in the format " + shown(format));
    }
    // %f and %s are not strftime's, or not in UTC.
    const std::int64_t micros = to_micros(moment->instant);
    if (format[i] == 'f') {
      result += fmt::format("{:06}", ((micros % 1'000'000) + 1'000'000) % 1'000'000);
    } else if (format[i] == 's') {
      result += std::to_string(
          chrono::floor<chrono::seconds>(moment->instant).time_since_epoch().count());
    } else {
      const char field[] = {'%', format[i], '\0'};
      std::array<char, 64> buffer{};
      result.append(buffer.data(), std::strftime(buffer.data(), buffer.size(), field, &fields));
    }
  }
  return result;
}

FilterResult shift_date(const json& input, const json& amount, std::int64_t unit_hours) {
  const auto moment = read_moment(input);
  if (!moment) return tl::unexpected(moment.error());
  if (!amount.is_number() || std::fabs(amount.get<double>()) > 1e8) {
    return tl::unexpected(std::string("the amount must be a number up to 100,000,000"));
  }
  const double micros = amount.get<double>() * static_cast<double>(unit_hours) * 3.6e9;
  const double shifted = static_cast<double>(to_micros(moment->instant)) + micros;
  constexpr double first = -62'135'596'800e6, last = 253'402'300'799e6;
  if (shifted < first || shifted > last) {
    return tl::unexpected(std::string("the date leaves the years 1 to 9999"));
  }
  const Instant result = moment->instant + Duration(std::llround(micros));
  const bool whole_day = to_micros(result) % 86'400'000'000 == 0;
  if (moment->form == Form::instant || !whole_day) return format_instant(result);
  const bool dashes = moment->form == Form::day;
  return format_date(format_instant(result), dashes ? "%Y-%m-%d" : "%Y%m%d");
}

}  // namespace weft::expression_detail

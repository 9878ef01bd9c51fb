#include "server/telemetry/exposition.h"

#include <fmt/format.h>

#include <cmath>

namespace weft::telemetry {
namespace {

std::string_view name_of_kind(Kind kind) {
  switch (kind) {
    case Kind::counter: return "counter";
    case Kind::gauge: return "gauge";
    case Kind::histogram: return "histogram";
  }
  return "untyped";
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
}

std::string number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

void Exposition::family(std::string_view name, Kind kind, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, name_of_kind(kind));
}

void Exposition::line(std::string_view suffix, Labels labels, std::string_view le,
                      std::string_view value) {
  text_.append(name_).append(suffix);
  char before = '{';
  const auto label = [&](std::string_view name, std::string_view of) {
    text_ += before;
    text_.append(name).append("=\"");
    append_escaped(text_, of);
    text_ += '"';
    before = ',';
  };
  for (const auto& [name, of] : labels) label(name, of);
  if (!le.empty()) label("le", le);
  if (before == ',') text_ += '}';
  text_.append(" ").append(value).append("\n");
}

void Exposition::sample(Labels labels, std::int64_t value) {
  line("", labels, "", std::to_string(value));
}
void Exposition::sample(Labels labels, std::uint64_t value) {
  line("", labels, "", std::to_string(value));
}
void Exposition::sample(Labels labels, double value) {
  line("", labels, "", number(value));
}

void Exposition::sample(Labels labels, const Histogram& histogram) {
  const auto bounds = histogram.bounds();
  // The sum is read first: it never tells of more than the count does.
  const double sum = seconds(histogram.sum());
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= bounds.size(); ++i) {
    count += histogram.count(i);
    line("_bucket", labels, i < bounds.size() ? number(seconds(bounds[i])) : "+Inf",
         std::to_string(count));
  }
  line("_sum", labels, "", number(sum));
  line("_count", labels, "", std::to_string(count));
}

}  // namespace weft::telemetry

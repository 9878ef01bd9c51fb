#include "cli/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::cli {

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // C2 80 … C2 9F are the C1 controls in UTF-8.
    const bool c1 = c == 0xC2 && i + 1 < text.size() &&
                    static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                    static_cast<unsigned char>(text[i + 1]) <= 0x9F;
    if (c1) ++i;
    out += c1 || c < 0x20 || c == 0x7F ? '?' : text[i];
  }
  return out;
}

std::string cell(const nlohmann::json& value) {
  if (value.is_null()) return "-";
  std::string text = value.is_string()
                         ? value.get<std::string>()
                         : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return text.empty() ? "-" : printable(text);
}

std::string cell(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? "-" : cell(*found);
}

std::string short_duration(Duration duration) {
  const auto tenths = std::max<std::int64_t>(0, duration.count()) / 100'000;
  const auto seconds = tenths / 10;
  if (seconds < 60) return fmt::format("{}.{}s", seconds, tenths % 10);
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  if (seconds < 86'400) return fmt::format("{}h{:02}m", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}d{:02}h", seconds / 86'400, seconds / 3600 % 24);
}

std::string duration_cell(const nlohmann::json& seconds) {
  constexpr double longest = 1e9;
  if (!seconds.is_number()) return "-";
  const double value = std::clamp(seconds.get<double>(), 0.0, longest);
  return short_duration(Duration(static_cast<std::int64_t>(value * 1e6)));
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string Table::to_text() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - columns(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace weft::cli

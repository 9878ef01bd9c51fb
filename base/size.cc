#include "base/size.h"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace weft {
namespace {

constexpr std::int64_t most = std::int64_t{1} << 53;

struct SizeUnit {
  std::string_view name;
  std::int64_t bytes;
};
constexpr std::array<SizeUnit, 10> size_units = {{{"", 1},
                                                  {"B", 1},
                                                  {"KB", 1'000},
                                                  {"MB", 1'000'000},
                                                  {"GB", 1'000'000'000},
                                                  {"TB", 1'000'000'000'000},
                                                  {"KiB", std::int64_t{1} << 10},
                                                  {"MiB", std::int64_t{1} << 20},
                                                  {"GiB", std::int64_t{1} << 30},
                                                  {"TiB", std::int64_t{1} << 40}}};

}  // namespace

Result<std::int64_t> parse_size(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (unit.size() > 1 && unit.starts_with(' ')) unit.remove_prefix(1);
  if (error == std::errc() && number >= 0) {
    for (const SizeUnit& known : size_units) {
      if (known.name != unit) continue;
      if (number > most / known.bytes)
        return fail(ErrorCode::invalid_argument, "a size of at most 8 PiB expected");
      return number * known.bytes;
    }
  }
  return fail(ErrorCode::invalid_argument,
              fmt::format("a size such as \"64KiB\" or \"10MB\" expected, found \"{}\"", text));
}

std::string format_size(std::int64_t bytes) {
  std::string_view unit = "B";
  std::int64_t of = 1;
  for (const SizeUnit& larger : size_units)
    if (larger.name.ends_with("iB") && bytes >= larger.bytes) unit = larger.name, of = larger.bytes;
  if (bytes % of == 0) return fmt::format("{} {}", bytes / of, unit);
  return fmt::format("{:.1f} {}", static_cast<double>(bytes) / static_cast<double>(of), unit);
}

}  // namespace weft

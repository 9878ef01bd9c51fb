// The names of the machine's zone files, for "did you mean".

#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "server/core/time/zone.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_names = 4096;
constexpr std::size_t longest_name = 64;

fs::path zone_folder() {
  const char* folder = std::getenv("TZDIR");  // Abseil reads it too
  return folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo";
}

/// tzdata.zi: `Z name …` defines a zone, `L target name` another name of it.
std::vector<std::string> names_from_index(const fs::path& file) {
  std::vector<std::string> names;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line) && names.size() < most_names;) {
    if (!line.starts_with("Z ") && !line.starts_with("L ")) continue;
    std::size_t begin = 2;
    if (line[0] == 'L') begin = line.find(' ', 2) + 1;
    if (begin == 0) continue;
    names.push_back(line.substr(begin, line.find(' ', begin) - begin));
  }
  return names;
}

/// Without the index: every file whose path starts with a capital letter.
std::vector<std::string> names_from_folder(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
  const fs::recursive_directory_iterator end;
  for (; !error && at != end && names.size() < most_names; at.increment(error)) {
    std::string name = at->path().lexically_relative(folder).string();
    if (name.empty() || std::isupper(static_cast<unsigned char>(name[0])) == 0) continue;
    if (at->is_regular_file(error)) names.push_back(std::move(name));
  }
  return names;
}

const std::vector<std::string>& zone_names() {
  static const auto* const names = [] {
    const fs::path folder = zone_folder();
    auto found = names_from_index(folder / "tzdata.zi");
    if (found.empty()) found = names_from_folder(folder);
    std::sort(found.begin(), found.end());
    return new std::vector<std::string>(std::move(found));
  }();
  return *names;
}

std::string lowered(std::string_view text) {
  std::string result(text.substr(0, longest_name));
  for (char& c : result) {
    c = c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

/// Levenshtein's distance of two short texts.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

bool has_zone_data() {
  return !zone_names().empty();
}

std::string nearest_zone_name(const std::string& name) {
  const std::string wanted = lowered(name);
  // A third of the letters may be wrong; more is another word.
  std::size_t best_distance = wanted.size() / 3 + 1;
  std::string best;
  for (const std::string& known : zone_names()) {
    const std::string whole = lowered(known);
    const std::string city = whole.substr(whole.rfind('/') + 1);
    const std::size_t distance =
        std::min(edit_distance(wanted, whole),
                 // After an equally near whole name, a city alone.
                 city == whole ? longest_name : edit_distance(wanted, city));
    if (distance < best_distance) {
      best_distance = distance;
      best = known;
    }
  }
  return best;
}

}  // namespace weft

#include "worker/runner/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "proto/wire/utf8.h"
#include "worker/runner/unique_fd.h"

namespace weft::worker {
namespace {

constexpr int max_json_depth = 100;

bool is_key(std::string_view key) {
  if (key.empty() || key.size() > 250) return false;
  for (const char c : key) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!word && c != '_' && c != '-' && c != '.') return false;
  }
  return true;
}

bool too_deep(std::string_view json) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\') ++i;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth > max_json_depth) return true;
  }
  return false;
}

class OutputParser {
 public:
  explicit OutputParser(std::string_view text) : rest_(text) {}

  Result<nlohmann::json> parse() {
    while (auto line = next_line()) {
      if (line->find_first_not_of(" \t\r") == std::string_view::npos) continue;
      TRY(parse_line(*line));
    }
    return std::move(outputs_);
  }

 private:
  std::optional<std::string_view> next_line() {
    if (rest_.empty()) return std::nullopt;
    ++number_;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
  }

  tl::unexpected<Error> wrong(int line, std::string_view why) const {
    return fail(ErrorCode::unprocessable, fmt::format("$WEFT_OUTPUT line {}: {}", line, why));
  }

  Result<void> parse_line(std::string_view line) {
    const std::size_t at = line.find_first_of("=:<");
    const std::string_view key = line.substr(0, std::min(at, line.size()));
    if (at == std::string_view::npos || !is_key(key))
      return wrong(number_,
                   "expected key=value, key:=json or key<<END, where a key is made of "
                   "letters, digits, _, - and .");
    const std::string_view tail = line.substr(at);
    if (tail.starts_with("=")) return text(key, tail.substr(1), number_);
    if (tail.starts_with(":=")) return json(key, tail.substr(2));
    if (tail.starts_with("<<")) return block(key, tail.substr(2));
    return wrong(number_, fmt::format("after the key \"{}\" must come =, := or <<", key));
  }

  Result<void> text(std::string_view key, std::string_view value, int line) {
    if (!wire::is_valid_utf8(value))
      return wrong(line, fmt::format("the value of \"{}\" is not UTF-8", key));
    outputs_[std::string(key)] = value;
    return {};
  }

  Result<void> json(std::string_view key, std::string_view value) {
    if (too_deep(value))
      return wrong(number_, fmt::format("the JSON of \"{}\" is nested too deeply", key));
    auto parsed = nlohmann::json::parse(value, nullptr, false);
    if (parsed.is_discarded())
      return wrong(number_, fmt::format("the value of \"{}\" is not valid JSON", key));
    outputs_[std::string(key)] = std::move(parsed);
    return {};
  }

  Result<void> block(std::string_view key, std::string_view end) {
    const int opened = number_;
    if (end.empty()) return wrong(opened, fmt::format("\"{}<<\" needs the word that ends it", key));
    std::string value;
    bool first = true;
    while (auto line = next_line()) {
      if (*line == end) return text(key, value, opened);
      if (!first) value += '\n';
      first = false;
      value += *line;
    }
    return wrong(opened, fmt::format("\"{}<<{}\" has no line \"{}\" that ends it", key, end, end));
  }

  std::string_view rest_;
  int number_ = 0;
  nlohmann::json outputs_;
};

Result<std::string> read_whole(int fd, std::int64_t max_bytes) {
  struct stat info {};
  if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
    return fail(ErrorCode::unprocessable, "$WEFT_OUTPUT is not a regular file any more");
  if (info.st_size > max_bytes)
    return fail(ErrorCode::too_large,
                fmt::format("$WEFT_OUTPUT has {} bytes; at most {} are allowed: write large data "
                            "elsewhere and hand on where it is",
                            info.st_size, max_bytes));
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = read(fd, text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

}  // namespace

Result<nlohmann::json> parse_outputs(std::string_view text) {
  return OutputParser(text).parse();
}

Result<nlohmann::json> take_outputs(int dir_fd, const char* path, std::int64_t max_bytes) {
  const UniqueFd fd(openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd && errno == ENOENT) return nlohmann::json();
  const int why = errno;
  unlinkat(dir_fd, path, 0);
  if (!fd)
    return fail(ErrorCode::unprocessable,
                fmt::format("$WEFT_OUTPUT cannot be read: {}", std::strerror(why)));
  TRY_ASSIGN(const std::string text, read_whole(fd.get(), max_bytes));
  return parse_outputs(text);
}

}  // namespace weft::worker

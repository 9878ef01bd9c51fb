#include "worker/runner/secret_forms.h"

#include <algorithm>

namespace weft::worker {
namespace {

constexpr std::string_view standard_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
// The end of a wrapped code may be so short that it stands in many a text by chance.
constexpr std::size_t least_wrapped_line = 8;

void add(std::vector<std::string>& forms, std::string_view form) {
  if (form.size() >= least_masked_bytes) forms.emplace_back(form);
}

std::string_view without_line_ends(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

void add_lines(std::vector<std::string>& forms, std::string_view value) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    add(forms, without_line_ends(value.substr(0, end)));
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

/// `value` behind `before` bytes that nobody knows. The core are the digits that no neighbour
/// changes; at the end of a text one more digit and padding follow.
void add_base64(std::vector<std::string>& forms, std::string_view value, std::size_t before,
                bool url_safe) {
  const std::string code = base64(std::string(before, '\0').append(value), url_safe);
  const std::size_t unknown = before == 0 ? 0 : before + 1;
  const std::size_t known = (before + value.size()) * 8 / 6;
  add(forms, std::string_view(code).substr(unknown, known - unknown));
  add(forms,
      std::string_view(code).substr(unknown, std::min(code.find('='), code.size()) - unknown));
  add(forms, std::string_view(code).substr(unknown));
}

void add_wrapped(std::vector<std::string>& forms, std::string_view value, std::size_t width) {
  const std::string code = base64(value, false);
  const std::string core = code.substr(0, value.size() * 8 / 6);
  for (const std::string& whole : {core, code}) {
    if (whole.size() <= width) continue;
    for (std::size_t at = 0; at < whole.size(); at += width) {
      const std::string line = whole.substr(at, width);
      if (line.size() >= least_wrapped_line)
        add(forms, line);
      else
        add(forms, whole.substr(at - width, width) + "\n" + line);
    }
  }
}

void add_all_base64(std::vector<std::string>& forms, std::string_view value) {
  for (const std::size_t before : {0, 1, 2})
    for (const bool url_safe : {false, true}) add_base64(forms, value, before, url_safe);
  for (const std::size_t width : {64, 76}) add_wrapped(forms, value, width);
}

}  // namespace

std::string base64(std::string_view bytes, bool url_safe) {
  const std::string_view digits = url_safe ? url_safe_digits : standard_digits;
  std::string code;
  code.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(bytes.size() - at, 3);
    unsigned bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      code += i <= count ? digits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return code;
}

std::vector<std::string> forms_of_secret(std::string_view value) {
  std::vector<std::string> forms;
  if (value.size() < least_masked_bytes) return forms;
  add(forms, value);
  add_all_base64(forms, value);
  if (value.find('\n') == std::string_view::npos) return forms;
  add_lines(forms, value);
  // A value that was read from a file has a line end that its user may have cut off.
  const std::string_view bare = without_line_ends(value);
  if (bare.size() >= least_masked_bytes && bare.size() < value.size()) {
    add(forms, bare);
    add_all_base64(forms, bare);
  }
  return forms;
}

}  // namespace weft::worker

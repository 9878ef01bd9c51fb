#include "cli/watch.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "cli/exit_code.h"

namespace weft::cli {
namespace {

/// A screenful and more: what is drawn anew leaves in one piece, and does not flicker.
constexpr std::size_t screen_bytes = 1 << 20;

bool is_number_of_seconds(const std::string& word) {
  return !word.empty() && word.find_first_not_of("0123456789.") == std::string::npos &&
         std::any_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<std::string> with_watch_joined(std::vector<std::string> words) {
  std::vector<std::string> joined;
  bool is_over = false;
  for (std::string& word : words) {
    is_over = is_over || word == "--";
    if (!is_over && !joined.empty() && joined.back() == "--watch" && is_number_of_seconds(word))
      joined.back() += "=" + word;
    else
      joined.push_back(std::move(word));
  }
  return joined;
}

int repeat(Form form, double seconds, const std::function<int()>& act) {
  const bool draws_over = form == Form::table && ::isatty(STDOUT_FILENO) != 0;
  if (draws_over) std::setvbuf(stdout, nullptr, _IOFBF, screen_bytes);
  for (bool is_first = true;; is_first = false) {
    if (draws_over) {
      std::fputs("\x1b[H\x1b[2J", stdout);
    } else if (form == Form::yaml) {
      std::fputs("---\n", stdout);
    } else if (form == Form::table && !is_first) {
      std::fputs("\n", stdout);
    }
    const int code = act();
    std::fflush(stdout);
    if (code != exit_code::ok && (is_first || code != exit_code::unreachable)) return code;
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  }
}

}  // namespace weft::cli

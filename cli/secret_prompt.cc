#include "cli/secret_prompt.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace weft::cli {
namespace {

/// Off while it lives; the terminal's own settings come back.
class NoEcho {
 public:
  NoEcho() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_off_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~NoEcho() {
    if (is_off_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool is_off_ = false;
};

bool is_terminal() {
  return ::isatty(STDIN_FILENO) != 0;
}

}  // namespace

std::optional<std::string> ask_secret(const char* prompt) {
  std::string line;
  if (is_terminal()) {
    std::fprintf(stderr, "%s: ", prompt);
    const NoEcho quiet;
    std::getline(std::cin, line);
    std::fputc('\n', stderr);
  } else {
    std::getline(std::cin, line);
  }
  if (line.ends_with('\r')) line.pop_back();
  if (!line.empty()) return line;
  std::fprintf(stderr, "weft: nothing was entered as %s\n", prompt);
  return std::nullopt;
}

std::optional<std::string> ask_new_secret(const char* prompt) {
  auto secret = ask_secret(prompt);
  if (!secret || !is_terminal()) return secret;
  const auto again = ask_secret("the same again");
  if (again == secret) return secret;
  if (again) std::fprintf(stderr, "weft: they differ; nothing was changed\n");
  return std::nullopt;
}

}  // namespace weft::cli

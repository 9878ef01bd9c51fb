// The one binary. Each verb stands in a file of its own; see verbs.h.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "cli/verbs.h"
#include "cli/watch.h"

int main(int argc, char** argv) {
  CLI::App app("Weft: a server that schedules DAGs of commands, its workers, and its command line");
  app.name("weft");
  app.set_version_flag("--version", "weft " WEFT_VERSION);
  app.require_subcommand(1);
  weft::cli::Exit exit;
  weft::cli::add_serve(app, exit);
  weft::cli::add_offline(app, exit);
  weft::cli::add_client(app, exit);
  weft::cli::add_contexts(app, exit);
  weft::cli::add_completion(app, exit);
  const std::vector<std::string> line(argv + std::min(argc, 1), argv + argc);
  std::vector<std::string> words = line;
  try {
    if (!words.empty() && words[0] == "__complete")
      return weft::cli::complete(app, {words.begin() + 1, words.end()});
    words = weft::cli::with_watch_joined(std::move(words));
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    const bool is_wrong = error.get_exit_code() != 0;
    if (const auto told = is_wrong ? weft::cli::unknown_verb_of(app, line) : ""; !told.empty()) {
      std::fprintf(stderr, "%s\n", told.c_str());
      return 2;
    }
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "weft: %s\n", error.what());
    return 1;
  }
  return exit.code;
}

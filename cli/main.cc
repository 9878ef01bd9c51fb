// The one binary. Each verb stands in a file of its own; see verbs.h.

#include <cstdio>
#include <exception>

#include "cli/verbs.h"

int main(int argc, char** argv) {
  CLI::App app("Weft: a server that schedules DAGs of commands, its workers, and its command line");
  app.name("weft");
  app.set_version_flag("--version", "weft " WEFT_VERSION);
  app.require_subcommand(1);
  weft::cli::Exit exit;
  weft::cli::add_serve(app, exit);
  weft::cli::add_offline(app, exit);
  weft::cli::add_client(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "weft: %s\n", error.what());
    return 1;
  }
  return exit.code;
}

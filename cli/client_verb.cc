#include "cli/client_verb.h"

#include <algorithm>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/watch.h"

namespace weft::cli {
namespace {

constexpr double shortest_watch = 0.1, usual_watch = 2, longest_watch = 86'400;
constexpr const char* watch_alone = "true";  ///< what CLI11 says for a flag without a value

std::string watch_problem(const std::string& text) {
  static const CLI::Range seconds(shortest_watch, longest_watch);
  return text == watch_alone ? "" : seconds(text);
}

double watch_seconds(const std::string& text) {
  return text == watch_alone ? usual_watch : std::max(shortest_watch, std::stod(text));
}

/// With the server that is meant: by the options, the environment or a context.
int perform(Words& words, bool names_server, const std::function<int(const Words&)>& act) {
  const auto reach = find_server({.server = names_server ? words.server.server : "",
                                  .token = words.server.token,
                                  .context = words.context,
                                  .usual_context = context_of_environment()});
  if (!reach) return complain(reach.error(), exit_code::usage);
  if (!reach->server.empty()) words.server.server = reach->server;
  words.server.token = reach->token;
  if (words.watch.empty()) return act(words);
  // One document follows the other: each in a line of its own.
  if (words.server.form == Form::json) words.server.form = Form::json_line;
  return repeat(words.server.form, watch_seconds(words.watch), [&] { return act(words); });
}

}  // namespace

const Verb& Verb::with_watch() const {
  app->add_flag("--watch", words->watch,
                "print again every so many seconds, 2 unless given, until Ctrl-C")
      ->type_name("[SECONDS]")
      ->check(watch_problem);
  return *this;
}

void add_form(CLI::App& verb, Form& form) {
  verb.add_option_function<std::string>(
          "-o,--output", [&form](const std::string& word) { form = form_of(word); },
          "table, json or yaml")
      ->check(CLI::IsMember({"table", "json", "yaml"}));
}

Verb add_verb(CLI::App& parent, Exit& exit, const char* name, const char* help,
              std::function<int(const Words&)> act) {
  Verb verb{.app = parent.add_subcommand(name, help)};
  const auto words = verb.words;
  const CLI::Option* const server =
      verb.app->add_option("--server", words->server.server, "the server's URL")
          ->envname("WEFT_SERVER")
          ->capture_default_str();
  verb.app
      ->add_option("--ca-cert", words->server.ca_cert,
                   "PEM file with the CAs that may have signed the server's certificate, instead "
                   "of the system's")
      ->envname("WEFT_CA_CERT");
  verb.app
      ->add_option("--token", words->server.token,
                   "a token of yours; the context's, or the admin's of a server started in this "
                   "folder, unless given")
      ->envname("WEFT_TOKEN");
  verb.app->add_option(
      "--context", words->context,
      "a server of weft context list; WEFT_CONTEXT or the current one unless given");
  add_form(*verb.app, words->server.form);
  verb.app->footer(
      "Exits 0 on success, 1 when a waited-for run failed, 2 on wrong usage, 3 when the server\n"
      "says no, 4 when it can't be reached.");
  verb.app->callback([words, server, act = std::move(act), &exit] {
    exit.code = perform(*words, server->count() > 0, act);
  });
  return verb;
}

CLI::App& add_group(CLI::App& app, const char* name, const char* help) {
  CLI::App* group = app.add_subcommand(name, help);
  group->require_subcommand(1);
  return *group;
}

}  // namespace weft::cli

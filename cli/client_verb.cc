#include "cli/client_verb.h"

namespace weft::cli {

Verb add_verb(CLI::App& parent, Exit& exit, const char* name, const char* help,
              std::function<int(const Words&)> act) {
  Verb verb{.app = parent.add_subcommand(name, help)};
  const auto words = verb.words;
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
                   "a token of yours; the admin's of a server started in this folder unless given")
      ->envname("WEFT_TOKEN");
  verb.app
      ->add_option_function<std::string>(
          "-o,--output",
          [raw = words.get()](const std::string& form) { raw->server.json = form == "json"; },
          "table or json")
      ->check(CLI::IsMember({"table", "json"}));
  verb.app->footer(
      "Exits 0 on success, 1 when a waited-for run failed, 2 on wrong usage, 3 when the server\n"
      "says no, 4 when it can't be reached.");
  verb.app->callback([words, act = std::move(act), &exit] { exit.code = act(*words); });
  return verb;
}

CLI::App& add_group(CLI::App& app, const char* name, const char* help) {
  CLI::App* group = app.add_subcommand(name, help);
  group->require_subcommand(1);
  return *group;
}

}  // namespace weft::cli

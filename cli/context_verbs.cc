// context: servers by name.

#include <memory>

#include "cli/context_edits.h"
#include "cli/verbs.h"

namespace weft::cli {
namespace {

void add_context_add(CLI::App& group, Exit& exit) {
  CLI::App* verb = group.add_subcommand("add", "Name a server, and keep a token for it");
  verb->footer(
      "Contexts are kept in ~/.config/weft/config.json, which only you can read. The first one is\n"
      "the current one from then on.");
  auto options = std::make_shared<ContextOptions>();
  verb->add_option("CONTEXT", options->name, "its name: letters, digits, -, _ and .")->required();
  verb->add_option("--server", options->server, "the server's URL")->required();
  auto* token = verb->add_option("--token", options->token,
                                 "stands in the shell's history: better --token-stdin");
  auto* from_stdin = verb->add_flag("--token-stdin", options->token_from_stdin,
                                    "ask for the token, or read a line of stdin");
  auto* file = verb->add_option("--token-file", options->token_file,
                                "file with the token, which is read at each use");
  token->excludes(from_stdin)->excludes(file);
  from_stdin->excludes(file);
  verb->add_flag("--replace", options->replace, "change it if it is there already");
  verb->callback([options, &exit] { exit.code = add_context(*options); });
}

}  // namespace

void add_contexts(CLI::App& app, Exit& exit) {
  CLI::App* group = app.add_subcommand("context", "The servers that you use, by name");
  group->require_subcommand(1);
  add_context_add(*group, exit);
  const auto named = [&](const char* name, const char* help, int (*act)(const std::string&)) {
    CLI::App* verb = group->add_subcommand(name, help);
    auto context = std::make_shared<std::string>();
    verb->add_option("CONTEXT", *context, "its name")->required();
    verb->callback([context, act, &exit] { exit.code = act(*context); });
  };
  named("use", "Make it the current one, which verbs ask unless told otherwise", use_context);
  named("remove", "Forget a server and its token", remove_context);

  CLI::App* list = group->add_subcommand("list", "List contexts; * is the one in use");
  auto list_form = std::make_shared<Form>(Form::table);
  add_form(*list, *list_form);
  list->callback([list_form, &exit] { exit.code = list_contexts(*list_form); });

  CLI::App* show = group->add_subcommand("show", "Show a context, but not its token");
  auto shown = std::make_shared<std::string>();
  auto show_form = std::make_shared<Form>(Form::table);
  show->add_option("CONTEXT", *shown, "its name; the one in use unless given");
  add_form(*show, *show_form);
  show->callback([shown, show_form, &exit] { exit.code = show_context(*shown, *show_form); });
}

}  // namespace weft::cli

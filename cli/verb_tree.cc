// completion, and what it is made of: the declarations of verbs and options, read again.

#include <cstdio>
#include <memory>

#include "cli/completion.h"
#include "cli/exit_code.h"
#include "cli/unknown_verb.h"
#include "cli/verbs.h"

namespace weft::cli {
namespace {

/// Of `TEXT:{table,json,yaml}`, which is how CLI11 describes a choice.
std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const auto open = type.find('{');
  const auto close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return {};
  return CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
}

VerbOption option_of(const CLI::Option& option) {
  VerbOption made{.help = option.get_description(),
                  .takes_value = option.get_items_expected_max() > 0,
                  .choices = choices_of(option)};
  for (const std::string& name : option.get_snames()) made.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) made.names.push_back("--" + name);
  return made;
}

VerbTree tree_of(const CLI::App& app) {
  VerbTree tree{.name = app.get_name(), .help = app.get_description()};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    if (option->get_positional())
      tree.places.push_back({.name = option->get_name(true),
                             .choices = choices_of(*option),
                             .repeats = option->get_items_expected_max() > 1});
    if (option->nonpositional()) tree.options.push_back(option_of(*option));
  }
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    if (!verb->get_group().empty()) tree.verbs.push_back(tree_of(*verb));
  return tree;
}

}  // namespace

int complete(const CLI::App& app, const std::vector<std::string>& words) {
  if (words.empty()) return exit_code::usage;
  Continuation asked = continuation_of(tree_of(app), words);
  for (Candidate& one : known_values(asked)) asked.candidates.push_back(std::move(one));
  std::fputs(completion_text(asked).c_str(), stdout);
  return exit_code::ok;
}

std::string unknown_verb_of(const CLI::App& app, const std::vector<std::string>& words) {
  return unknown_verb(tree_of(app), words);
}

void add_completion(CLI::App& app, Exit& exit) {
  CLI::App* verb =
      app.add_subcommand("completion", "Print the script that makes a shell complete weft");
  verb->footer(
      "bash:  source <(weft completion bash)      in ~/.bashrc\n"
      "zsh:   source <(weft completion zsh)       in ~/.zshrc, after compinit\n"
      "fish:  weft completion fish | source       in ~/.config/fish/config.fish");
  auto shell = std::make_shared<std::string>();
  verb->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  verb->callback([shell, &exit] {
    const std::string_view script = completion_script(*shell);
    std::fwrite(script.data(), 1, script.size(), stdout);
    exit.code = exit_code::ok;
  });
}

}  // namespace weft::cli

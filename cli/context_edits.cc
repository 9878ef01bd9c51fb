#include "cli/context_edits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/secret_prompt.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

using nlohmann::json;

struct ContextsFile {
  std::string path;
  Contexts contexts;
};

Result<ContextsFile> open_contexts() {
  TRY_ASSIGN(std::string path, contexts_path());
  TRY_ASSIGN(Contexts contexts, load_contexts(path));
  return ContextsFile{std::move(path), std::move(contexts)};
}

/// A URL that can stand in lists: with a scheme, and no password in it.
Result<void> check_server_url(const std::string& url) {
  const bool is_http = url.starts_with("http://") || url.starts_with("https://");
  const auto host = url.find("://") + 3;
  const bool has_host = is_http && host < url.size() && url[host] != '/';
  if (!has_host || std::any_of(url.begin(), url.end(), [](unsigned char c) { return c <= ' '; }))
    return fail(ErrorCode::invalid_argument,
                "--server: write a URL such as https://weft.example.com");
  if (url.substr(host, url.find('/', host) - host).find('@') != std::string::npos)
    return fail(ErrorCode::invalid_argument,
                "--server: leave user and password out; give a token with --token-stdin");
  return {};
}

Result<void> check_name(const std::string& name) {
  constexpr std::string_view also = "-_.";
  const bool is_fine =
      !name.empty() && name[0] != '-' && std::all_of(name.begin(), name.end(), [&](char c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return is_letter || (c >= '0' && c <= '9') || also.find(c) != std::string_view::npos;
      });
  if (is_fine) return {};
  return fail(ErrorCode::invalid_argument,
              "a context's name has letters, digits, -, _ and . only, not " + printable(name));
}

Error no_such_context(const std::string& name) {
  return {ErrorCode::not_found,
          fmt::format("there is no context \"{}\": see weft context list", printable(name))};
}

int save(const ContextsFile& file, const std::string& done) {
  if (const auto saved = save_contexts(file.path, file.contexts); !saved)
    return complain(saved.error(), exit_code::failed);
  std::printf("%s\n", done.c_str());
  return exit_code::ok;
}

std::string token_words(const Context& context) {
  if (!context.token.empty()) return "kept";
  return context.token_file.empty() ? "none" : "in " + context.token_file;
}

json context_json(const std::string& name, const Context& context, const std::string& current) {
  return {{"name", name},
          {"server", context.server},
          {"current", name == current},
          {"has_token", !context.token.empty() || !context.token_file.empty()},
          {"token_file", context.token_file.empty() ? json() : json(context.token_file)}};
}

/// The one that is used where nothing else is said.
std::string context_in_use(const Contexts& contexts) {
  const std::string usual = context_of_environment();
  return usual.empty() ? contexts.current : usual;
}

}  // namespace

int add_context(const ContextOptions& options) {
  if (const auto fine = check_name(options.name); !fine)
    return complain(fine.error(), exit_code::usage);
  if (const auto fine = check_server_url(options.server); !fine)
    return complain(fine.error(), exit_code::usage);
  auto file = open_contexts();
  if (!file) return complain(file.error(), exit_code::usage);
  if (!options.replace && file->contexts.all.count(options.name) > 0)
    return complain({ErrorCode::conflict, fmt::format("context {} is there already; --replace "
                                                      "changes it",
                                                      options.name)},
                    exit_code::usage);
  Context context{options.server, options.token, ""};
  if (options.token_from_stdin || options.token == "-") {
    auto token = ask_secret("token");
    if (!token) return exit_code::usage;
    context.token = std::move(*token);
  }
  if (!options.token_file.empty())
    context.token_file = std::filesystem::absolute(options.token_file).lexically_normal().string();
  if (file->contexts.current.empty()) file->contexts.current = options.name;
  file->contexts.all[options.name] = std::move(context);
  return save(*file,
              fmt::format("context {} is {}{}", options.name, options.server,
                          file->contexts.current == options.name ? ", the current one" : ""));
}

int use_context(const std::string& name) {
  auto file = open_contexts();
  if (!file) return complain(file.error(), exit_code::usage);
  const auto found = file->contexts.all.find(name);
  if (found == file->contexts.all.end()) return complain(no_such_context(name), exit_code::usage);
  file->contexts.current = name;
  return save(*file, fmt::format("context {} is the current one: {}", name,
                                 printable(found->second.server)));
}

int remove_context(const std::string& name) {
  auto file = open_contexts();
  if (!file) return complain(file.error(), exit_code::usage);
  if (file->contexts.all.erase(name) == 0) return complain(no_such_context(name), exit_code::usage);
  const bool was_current = file->contexts.current == name;
  if (was_current) file->contexts.current.clear();
  return save(*file,
              fmt::format("context {} is removed{}", name,
                          was_current ? "; none is the current one: see weft context use" : ""));
}

int list_contexts(Form form) {
  const auto file = open_contexts();
  if (!file) return complain(file.error(), exit_code::usage);
  const Contexts& contexts = file->contexts;
  const std::string in_use = context_in_use(contexts);
  if (form != Form::table) {
    auto list = json::array();
    for (const auto& [name, context] : contexts.all)
      list.push_back(context_json(name, context, in_use));
    print_document({{"contexts", std::move(list)}}, form);
    return exit_code::ok;
  }
  if (contexts.all.empty()) {
    std::printf("none\n");
    return exit_code::ok;
  }
  Table table({"", "CONTEXT", "SERVER", "TOKEN"});
  for (const auto& [name, context] : contexts.all)
    table.add({name == in_use ? "*" : "", printable(name), printable(context.server),
               printable(token_words(context))});
  std::fputs(table.to_text().c_str(), stdout);
  return exit_code::ok;
}

int show_context(const std::string& name, Form form) {
  const auto file = open_contexts();
  if (!file) return complain(file.error(), exit_code::usage);
  const std::string in_use = context_in_use(file->contexts);
  const std::string& shown = name.empty() ? in_use : name;
  if (shown.empty())
    return complain({ErrorCode::not_found, "no context is the current one: see weft context use"},
                    exit_code::failed);
  const auto found = file->contexts.all.find(shown);
  if (found == file->contexts.all.end()) return complain(no_such_context(shown), exit_code::usage);
  if (form != Form::table) {
    print_document(context_json(shown, found->second, in_use), form);
    return exit_code::ok;
  }
  std::printf("context  %s%s\nserver   %s\ntoken    %s\n", printable(shown).c_str(),
              shown == in_use ? " (current)" : "", printable(found->second.server).c_str(),
              printable(token_words(found->second)).c_str());
  return exit_code::ok;
}

}  // namespace weft::cli

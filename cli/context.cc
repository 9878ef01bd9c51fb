#include "cli/context.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

Error broken_contexts(const std::string& path, const std::string& why) {
  return {ErrorCode::unprocessable,
          fmt::format("{} can't be used: {}; mend it, or remove it and add the contexts anew", path,
                      why)};
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<void> unwritable(const std::string& path) {
  return fail(ErrorCode::unavailable,
              fmt::format("{} can't be written: {}", path, std::strerror(errno)));
}

/// All of it and on the disk, or an error in errno.
bool write_whole(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0;
}

/// One that fails leaves nothing behind.
Result<void> replace_private_file(const std::string& path, std::string_view text) {
  const std::string draft = fmt::format("{}.{}.new", path, ::getpid());
  ::unlink(draft.c_str());
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return unwritable(draft);
  const bool is_written = write_whole(fd, text);
  const int why = errno;
  const bool is_closed = ::close(fd) == 0;
  if (is_written && is_closed && ::rename(draft.c_str(), path.c_str()) == 0) return {};
  if (!is_written) errno = why;
  auto failed = unwritable(path);
  ::unlink(draft.c_str());
  return failed;
}

bool is_same_place(std::string one, std::string other) {
  for (std::string* url : {&one, &other})
    while (url->ends_with('/')) url->pop_back();
  return one == other;
}

Result<std::string> token_of(const std::string& name, const Context& context) {
  if (context.token_file.empty()) return context.token;
  std::ifstream file(context.token_file);
  std::string token;
  if (std::getline(file, token) && !token.empty()) return token;
  return fail(ErrorCode::not_found,
              fmt::format("context \"{}\": cannot read a token from {}", name, context.token_file));
}

/// nullptr when it's only a habit and another server is named.
Result<const Context*> context_for(const Wanted& wanted, const Contexts& contexts,
                                   const std::string& name) {
  if (name.empty()) return nullptr;
  const auto found = contexts.all.find(name);
  if (found != contexts.all.end()) return &found->second;
  if (wanted.context.empty() && !wanted.server.empty()) return nullptr;
  return fail(ErrorCode::not_found,
              fmt::format("there is no context \"{}\": see weft context list", name));
}

}  // namespace

Result<std::string> contexts_path() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/')
    return std::string(config) + "/weft/config.json";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') {
    const passwd* me = ::getpwuid(::getuid());
    home = me == nullptr ? nullptr : me->pw_dir;
  }
  if (home != nullptr && *home == '/') return std::string(home) + "/.config/weft/config.json";
  return fail(ErrorCode::unavailable,
              "there is no home folder to keep contexts in: set HOME or XDG_CONFIG_HOME");
}

Result<Contexts> load_contexts(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::error_code code;
    if (!fs::exists(path, code) && !code) return Contexts{};
    return tl::make_unexpected(broken_contexts(path, "it can't be read"));
  }
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object())
    return tl::make_unexpected(broken_contexts(path, "it is no JSON object"));
  Contexts contexts;
  contexts.current = text_in(document, "current_context");
  const json all = document.value("contexts", json::object());
  if (!all.is_object())
    return tl::make_unexpected(broken_contexts(path, "\"contexts\" is no object"));
  for (const auto& [name, one] : all.items()) {
    const std::string server = text_in(one, "server");
    if (server.empty())
      return tl::make_unexpected(
          broken_contexts(path, fmt::format("context \"{}\" has no \"server\"", name)));
    contexts.all[name] = {server, text_in(one, "token"), text_in(one, "token_file")};
  }
  return contexts;
}

Result<void> save_contexts(const std::string& path, const Contexts& contexts) {
  json all = json::object();
  for (const auto& [name, context] : contexts.all) {
    json one{{"server", context.server}};
    if (!context.token.empty()) one["token"] = context.token;
    if (!context.token_file.empty()) one["token_file"] = context.token_file;
    all[name] = std::move(one);
  }
  const json document{
      {"current_context", contexts.current.empty() ? json() : json(contexts.current)},
      {"contexts", std::move(all)}};
  std::error_code code;
  // A link stays one: people keep such files elsewhere.
  const fs::path target =
      fs::is_symlink(path, code) ? fs::weakly_canonical(path, code) : fs::path(path);
  fs::create_directories(target.parent_path(), code);
  if (code)
    return fail(ErrorCode::unavailable,
                fmt::format("{} can't be made: {}", target.parent_path().string(), code.message()));
  return replace_private_file(target.string(), document.dump(2) + "\n");
}

Result<Reach> choose_server(const Wanted& wanted, const Contexts& contexts) {
  const std::string& name = !wanted.context.empty()         ? wanted.context
                            : !wanted.usual_context.empty() ? wanted.usual_context
                                                            : contexts.current;
  TRY_ASSIGN(const Context* const context, context_for(wanted, contexts, name));
  Reach reach{wanted.server, wanted.token};
  if (context == nullptr) return reach;
  if (reach.server.empty()) reach.server = context->server;
  if (!is_same_place(reach.server, context->server)) {
    if (wanted.context.empty()) return reach;
    return fail(
        ErrorCode::conflict,
        fmt::format("--context {} is {}, but --server or WEFT_SERVER says {}: leave one out", name,
                    context->server, reach.server));
  }
  if (reach.token.empty()) {
    TRY_ASSIGN(reach.token, token_of(name, *context));
  }
  return reach;
}

Result<Reach> find_server(const Wanted& wanted) {
  if (!wanted.server.empty() && !wanted.token.empty() && wanted.context.empty())
    return Reach{wanted.server, wanted.token};
  const auto path = contexts_path();
  if (!path) return choose_server(wanted, {});
  TRY_ASSIGN(const Contexts contexts, load_contexts(*path));
  return choose_server(wanted, contexts);
}

std::string context_of_environment() {
  const char* const name = std::getenv("WEFT_CONTEXT");
  return name == nullptr ? "" : name;
}

}  // namespace weft::cli

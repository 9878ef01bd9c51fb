#include "server/secrets/file_source.h"
#include "base/shallow_json.h"

#include <fmt/format.h>

#include <algorithm>

namespace weft::secrets {
namespace {

using nlohmann::json;

constexpr std::size_t max_secrets_file = 4 << 20;

tl::unexpected<Error> broken_file(const std::string& path, const std::string& what) {
  return fail(ErrorCode::unavailable, path + ": " + what);
}

/// "LINE:COLUMN" of the byte with this number, from 1 on.
std::string place_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte - 1, text.size()));
  const auto line_start = before.rfind('\n');
  return fmt::format(
      "{}:{}", std::count(before.begin(), before.end(), '\n') + 1,
      before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1) + 1);
}

std::string text_of_member(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Result<SecretsFile> parse_secrets_file(std::string_view text, const std::string& path) {
  ShallowJson read = parse_shallow(text);
  if (read.error_byte > 0)
    return broken_file(path + ":" + place_of(text, read.error_byte), "this is no JSON");
  if (read.is_deep)
    return broken_file(path, fmt::format("nested more than {} levels deep", max_json_levels));
  json& body = read.value;
  constexpr const char* expected = R"(expected {"variables": {…}, "connections": {…}})";
  if (!body.is_object()) return broken_file(path, expected);
  SecretsFile file;
  for (auto& [name, members] : body.items()) {
    json* target = name == "variables"     ? &file.variables
                   : name == "connections" ? &file.connections
                                           : nullptr;
    if (target == nullptr)
      return broken_file(path, "there is a key that is neither variables nor connections");
    if (!members.is_object()) return broken_file(path, name + ": expected an object");
    *target = std::move(members);
  }
  return file;
}

Result<std::unique_ptr<FileSource>> FileSource::open(std::string path) {
  auto source = std::unique_ptr<FileSource>(new FileSource(std::move(path)));
  TRY(source->content());
  return source;
}

Result<std::shared_ptr<const SecretsFile>> FileSource::content() const {
  TRY_ASSIGN(const auto file, PrivateFile::open(path_));
  const std::lock_guard lock(mutex_);
  if (content_ && file.stamp() == stamp_) return content_;
  content_ = nullptr;
  TRY_ASSIGN(const std::string text, file.read(max_secrets_file));
  TRY_ASSIGN(auto parsed, parse_secrets_file(text, path_));
  auto content = std::make_shared<const SecretsFile>(std::move(parsed));
  if (!file.may_have_changed()) {
    stamp_ = file.stamp();
    content_ = content;
  }
  return std::shared_ptr<const SecretsFile>(std::move(content));
}

Result<std::optional<Variable>> FileSource::variable(const std::string& key) const {
  TRY_ASSIGN(const auto file, content());
  const auto found = file->variables.find(key);
  if (found == file->variables.end()) return std::optional<Variable>();
  return std::optional(Variable{text_of_member(*found), true});
}

Result<std::optional<Connection>> FileSource::connection(const std::string& id,
                                                         const std::string&) const {
  TRY_ASSIGN(const auto file, content());
  const auto found = file->connections.find(id);
  if (found == file->connections.end()) return std::optional<Connection>();
  auto connection = connection_from_text(text_of_member(*found));
  if (!connection)
    return fail(connection.error().code,
                fmt::format("{}: connections.{}: {}", path_, id, connection.error().message));
  return std::optional(std::move(*connection));
}

}  // namespace weft::secrets

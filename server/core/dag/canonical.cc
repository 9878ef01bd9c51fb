#include "server/core/dag/canonical.h"

#include <array>

#include <openssl/evp.h>

#include "base/check.h"

namespace weft {
namespace {

using nlohmann::json;

/// Keys whose objects are merged name by name; every other key is replaced as a whole.
bool is_merged(std::string_view key) {
  return key == "env" || key == "params";
}

void lay_over(json& object, const JsonRef& layer) {
  for (JsonRef member = layer.first(); member; member = member.next()) {
    if (member.key() == "tasks") continue;  // written by themselves
    json& into = object[std::string(member.key())];
    if (is_merged(member.key()) && into.is_object() && member.is_object()) {
      for (JsonRef entry = member.first(); entry; entry = entry.next()) {
        into[std::string(entry.key())] = entry.to_json();
      }
    } else {
      into = member.to_json();
    }
  }
}

/// Replaces {"file"} and {"lines"} by the text that was read.
void inline_text(json& object, const char* key, const std::string& text) {
  const auto found = object.find(key);
  if (found != object.end() && found->is_object()) *found = text;
}

json default_args_of(const std::vector<JsonRef>& layers) {
  json defaults = json::object();
  for (const JsonRef& layer : layers) {
    if (const JsonRef args = layer.find("default_args")) lay_over(defaults, args);
  }
  return defaults;
}

/// The first task group of the file itself, or nothing.
JsonRef groups_of(const std::vector<JsonRef>& layers) {
  const JsonRef groups = layers.back().find("task_groups");
  return groups && groups.is_object() ? groups.first() : JsonRef();
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

void make_canonical(DagDraft& draft, const std::vector<JsonRef>& layers) {
  const json defaults = default_args_of(layers);
  std::string tasks = "[";
  for (TaskDraft& task : draft.tasks) {
    json source = defaults;
    lay_over(source, task.object);
    if (const JsonRef expand = task.object.find("expand")) {
      source["expand"] = ordered_expand(expand);
    }
    inline_text(source, "doc_md", task.task.doc_md);
    inline_text(source, "command", task.command_text);
    if (source.contains("with")) {
      inline_text(source["with"], "command", task.command_text);
      inline_text(source["with"], "body", task.body_text);
    }
    drop_idle_keys(task.task, source);
    if (tasks.size() > 1) tasks += ',';
    tasks += dump(source);
    task.task.source = std::move(source);
  }
  tasks += ']';

  json whole = json::object();
  for (const JsonRef& layer : layers) lay_over(whole, layer);
  for (JsonRef group = groups_of(layers); group; group = group.next()) {
    if (const JsonRef expand = group.find("expand")) {
      whole["task_groups"][std::string(group.key())]["expand"] = ordered_expand(expand);
    }
  }
  whole.erase("default_args");
  whole.erase("$schema");
  if (!draft.calendar.is_null()) whole["calendar"] = draft.calendar;
  inline_text(whole, "doc_md", draft.dag.doc_md);
  whole["dag_id"] = draft.dag.id;
  whole["tasks"] = nullptr;

  std::string& text = draft.dag.canonical;
  text = "{";
  for (const auto& [key, value] : whole.items()) {
    if (text.size() > 1) text += ',';
    text += dump(key) + ':';
    text += key == "tasks" ? tasks : dump(value);
  }
  text += '}';
  draft.dag.hash = sha256_hex(text);
}

std::string sha256_hex(std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  WEFT_CHECK(EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(), nullptr) ==
             1);
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4];
    hex += digits[digest[i] & 15];
  }
  return hex;
}

}  // namespace weft

#pragma once

// Which names a template may read, and where: unknown names, outputs of tasks that are not above,
// and the rule that values which callers supply are data, never code.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/core/dag/draft.h"

namespace weft {

/// What a template's text becomes.
enum class TemplateUse : std::uint8_t {
  shell_text,  ///< parsed by a shell
  program,     ///< the program of an argument list, or what a shell reads as options or script
  argument,
  env,
  cwd,
  condition,  ///< `when`, branch cases, concurrency_key, `expand`, what waits
};

/// What the checks need to know of the DAG around a task.
struct NameContext {
  const std::vector<Param>* params = nullptr;
  /// The position of a task by id; -1 when there is none.
  const std::unordered_map<std::string_view, std::int32_t>* tasks = nullptr;
  /// What the task is mapped over; null: `map.*` has no value here.
  const Mapping* mapping = nullptr;
  /// Variables and connections that the text reads are added here.
  std::vector<StoredName>* stored = nullptr;
};

/// Checks one text's references. Tasks whose outputs it reads are added to `outputs` (positions).
void check_references(ValueReader& reader, JsonRef at, const std::vector<Reference>& references,
                      TemplateUse use, const NameContext& context,
                      std::vector<std::pair<JsonRef, std::int32_t>>& outputs);

/// How each part of an argument list is used: after the name of a shell its options and the text
/// after -c are code.
std::vector<TemplateUse> uses_of_arguments(const std::vector<Template>& command);

/// Variables that a shell or the loader obeys: no caller's value may get there.
bool is_obeyed_variable(std::string_view name);

}  // namespace weft

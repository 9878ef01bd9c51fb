#include "worker/runner/environment.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace weft::worker {
namespace {

constexpr std::string_view default_path =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::array<std::string_view, 5> always_passed{"PATH", "HOME", "LANG", "TZ", "USER"};
constexpr std::array<std::string_view, 9> reserved{
    "WEFT_ATTEMPT_ID", "WEFT_FENCE",   "WEFT_OUTPUT",     "WEFT_SESSION",  "WEFT_DAG_ID",
    "WEFT_RUN_ID",     "WEFT_TASK_ID", "WEFT_TRY_NUMBER", "WEFT_MAP_INDEX"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_passed(const std::string& name, const std::vector<std::string>& globs) {
  if (contains(always_passed, name)) return true;
  if (contains(reserved, name)) return false;
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
  });
}

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

Result<void> check_variable(const std::string& name, const std::string& value) {
  if (name.empty() || has_nul(name) || name.find('=') != std::string::npos)
    return fail(ErrorCode::unprocessable,
                fmt::format("env: \"{}\" cannot be the name of a variable", name.c_str()));
  if (has_nul(value))
    return fail(ErrorCode::unprocessable,
                fmt::format("env.{}: the value contains a NUL character", name));
  return {};
}

}  // namespace

void StringBlock::add(std::string_view name, std::string_view value) {
  offsets_.push_back(text_.size());
  text_.append(name);
  text_ += '=';
  text_.append(value);
  text_ += '\0';
}

void StringBlock::add(std::string_view text) {
  offsets_.push_back(text_.size());
  text_.append(text);
  text_ += '\0';
}

char* const* StringBlock::pointers() {
  pointers_.clear();
  pointers_.reserve(offsets_.size() + 1);
  for (const std::size_t offset : offsets_) pointers_.push_back(text_.data() + offset);
  pointers_.push_back(nullptr);
  return pointers_.data();
}

Environment::Environment(char* const* own, const std::vector<std::string>& pass_env) {
  base_.emplace("PATH", default_path);
  for (char* const* entry = own; *entry; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) continue;
    const std::string name(text.substr(0, equals));
    if (is_passed(name, pass_env)) base_[name] = text.substr(equals + 1);
  }
}

Result<StringBlock> Environment::for_attempt(const wire::Lease& lease, std::string_view session,
                                             std::string_view output_path) const {
  StringBlock block;
  const std::string attempt = std::to_string(lease.attempt);
  // First, so that a look into /proc/PID/environ finds it in the first bytes.
  block.add("WEFT_ATTEMPT_ID", attempt);
  block.add("WEFT_SESSION", session);
  block.add("WEFT_FENCE", attempt);
  block.add("WEFT_OUTPUT", output_path);
  block.add("WEFT_DAG_ID", lease.dag_id);
  block.add("WEFT_RUN_ID", lease.run_id);
  block.add("WEFT_TASK_ID", lease.task_id);
  block.add("WEFT_TRY_NUMBER", std::to_string(lease.try_number));
  block.add("WEFT_MAP_INDEX", std::to_string(lease.map_index));
  for (const auto& [name, value] : base_)
    if (!lease.env.contains(name)) block.add(name, value);
  for (const auto& [name, value] : lease.env) {
    TRY(check_variable(name, value));
    if (!contains(reserved, name)) block.add(name, value);
  }
  for (const std::string* text : {&lease.dag_id, &lease.run_id, &lease.task_id})
    if (has_nul(*text)) return fail(ErrorCode::unprocessable, "an id contains a NUL character");
  return block;
}

std::string_view Environment::search_path(const wire::Lease& lease) const {
  const auto found = lease.env.find("PATH");
  return found != lease.env.end() ? found->second : base_.at("PATH");
}

}  // namespace weft::worker

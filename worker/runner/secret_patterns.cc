#include "worker/runner/secret_patterns.h"

#include <algorithm>

#include <fmt/format.h>

#include "worker/runner/secret_forms.h"
#include "worker/runner/secret_mask.h"

namespace weft::worker {
namespace {

std::vector<std::string> forms_of(const std::vector<std::string>& secrets) {
  std::vector<std::string> forms;
  for (const std::string& secret : secrets)
    for (std::string& form : forms_of_secret(secret)) forms.push_back(std::move(form));
  return forms;
}

bool has_space(const std::vector<std::string>& secrets) {
  return std::any_of(secrets.begin(), secrets.end(), [](const std::string& secret) {
    return secret.find(' ') != std::string::npos;
  });
}

}  // namespace

SecretPatterns::SecretPatterns(const std::vector<std::string>& secrets)
    : automaton_(forms_of(secrets)), escapings_{Escaping::percent, Escaping::json} {
  if (has_space(secrets)) escapings_.push_back(Escaping::form);
  for (std::size_t byte = 0; byte < 256; ++byte) {
    may_escape_[byte] = std::any_of(
        escapings_.begin(), escapings_.end(),
        [byte](Escaping escaping) { return begins_escape(escaping, static_cast<char>(byte)); });
    may_begin_[byte] = may_escape_[byte] || automaton_.begins(static_cast<unsigned char>(byte));
  }
}

std::string SecretPatterns::masked(std::string_view text) const {
  std::string out;
  SecretMask mask(*this);
  mask.feed(text, out);
  mask.finish(out);
  return out;
}

nlohmann::json SecretPatterns::masked_json(const nlohmann::json& value) const {
  if (value.is_string()) return masked(value.get_ref<const std::string&>());
  if (value.is_number()) {
    const std::string digits = value.dump();
    std::string text = masked(digits);
    return text == digits ? value : nlohmann::json(std::move(text));
  }
  if (value.is_array()) {
    nlohmann::json array = nlohmann::json::array();
    for (const auto& element : value) array.push_back(masked_json(element));
    return array;
  }
  if (!value.is_object()) return value;
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [key, element] : value.items()) {
    std::string name = masked(key);
    while (object.contains(name) || (name != key && value.contains(name))) name += '*';
    object[name] = masked_json(element);
  }
  return object;
}

Result<std::shared_ptr<const SecretPatterns>> SecretPatternsCache::get(
    const std::vector<std::string>& secrets) {
  if (secrets.empty()) return nullptr;
  std::size_t bytes = 0;
  for (const std::string& secret : secrets) bytes += secret.size();
  if (bytes > SecretPatterns::max_total_bytes)
    return fail(ErrorCode::too_large,
                fmt::format("the task's secrets have {} bytes; a worker masks at most {} in all: "
                            "give it fewer, or let it fetch the large ones itself",
                            bytes, SecretPatterns::max_total_bytes));
  if (const auto found = known_.find(secrets); found != known_.end())
    if (auto patterns = found->second.lock()) return patterns;
  if (known_.size() >= clean_at_) {
    std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
    clean_at_ = std::max<std::size_t>(16, 2 * known_.size());
  }
  auto patterns = std::make_shared<const SecretPatterns>(secrets);
  known_[secrets] = patterns;
  return patterns;
}

}  // namespace weft::worker

#pragma once

// What must not be readable in what comes of an attempt. Start reading here: secret_forms.h says in
// which forms a secret is looked for, pattern_automaton.h finds them all in one pass, secret_mask.h
// is the state of one stream.

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "worker/runner/pattern_automaton.h"
#include "worker/runner/unescape.h"

namespace weft::worker {

/// Immutable; shared by all attempts that were given the same secrets.
class SecretPatterns {
 public:
  /// Of all secrets of one attempt. A PEM key takes some hundred KB of memory, this much of secrets
  /// 130 MB at the very worst.
  static constexpr std::size_t max_total_bytes = 512 << 10;

  /// Values below least_masked_bytes are passed over. REQUIRES: max_total_bytes at most.
  explicit SecretPatterns(const std::vector<std::string>& secrets);

  /// `text` with each stretch of secrets, in whatever form, replaced by `***`.
  std::string masked(std::string_view text) const;

  /// Masks all strings, keys and numbers anywhere in `value`. A key that becomes one that is there
  /// already gets more asterisks.
  nlohmann::json masked_json(const nlohmann::json& value) const;

  const PatternAutomaton& automaton() const { return automaton_; }
  /// The ways of escaping in which a secret may stand.
  const std::vector<Escaping>& escapings() const { return escapings_; }
  /// Whether `byte` begins a pattern or an escape; the rest can be passed over between secrets.
  bool may_begin(unsigned char byte) const { return may_begin_[byte]; }
  bool may_escape(unsigned char byte) const { return may_escape_[byte]; }

 private:
  PatternAutomaton automaton_;
  std::vector<Escaping> escapings_;
  std::array<bool, 256> may_begin_{};
  std::array<bool, 256> may_escape_{};
};

/// The patterns of the attempts that run, each set once.
class SecretPatternsCache {
 public:
  /// nullptr when there is nothing to mask. Errors: too_large above max_total_bytes.
  Result<std::shared_ptr<const SecretPatterns>> get(const std::vector<std::string>& secrets);

 private:
  std::map<std::vector<std::string>, std::weak_ptr<const SecretPatterns>> known_;
  std::size_t clean_at_ = 16;  ///< how many make it worth to look which are still in use
};

}  // namespace weft::worker

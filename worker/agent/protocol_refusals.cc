// The part of the protocol that judges refusals: which end the agent, and which only its key.

#include <fmt/format.h>

#include "worker/agent/protocol.h"
#include "worker/agent/refusal.h"

namespace weft::worker {

/// Refusals that no repetition changes.
bool Protocol::is_fatal(const CallAnswer& answer) {
  const bool at_register = answer.kind == CallKind::registration;
  const int status = answer.status;
  std::string why;
  if (status == 401 || status == 403)
    why =
        identity_.has_key ? "the server refuses this worker's key"
        : key_refusal_.empty()
            ? "the server refuses this worker's token"
            : fmt::format("the server refuses this worker's key ({}) and its token", key_refusal_);
  else if (status == 426)
    why = "the server does not speak this worker's protocol version";
  else if (at_register && status == 409)
    why = "the server refuses this worker";
  else if (at_register && (status == 400 || status == 422))
    why = "the server refuses this worker's registration";
  if (why.empty()) return false;
  end({3, fmt::format("{}: {}", why, words_of(answer.body))});
  return true;
}

/// Only the server's own word ends a key. Its session stays: what runs goes on if the token is
/// good.
bool Protocol::joins_again(const CallAnswer& answer) {
  if (!identity_.has_key || !identity_.has_token) return false;
  if (refusal_of(answer.status, answer.body) != Refusal::unknown_token) return false;
  identity_.has_key = false;
  key_refusal_ = words_of(answer.body);
  out_.notes.push_back(fmt::format(
      "the server refuses this worker's key ({}): joining again with the token", key_refusal_));
  for (auto& [kind, flight] : flights_) give_back(flight);
  flights_.clear();
  out_.calls.clear();
  out_.abort_calls = true;
  out_.use_join_token = true;
  if (phase_ != Phase::no_runner) phase_ = Phase::registering;
  return true;
}

}  // namespace weft::worker

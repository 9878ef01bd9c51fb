#include "server/core/scheduler/attempts.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "base/check.h"

namespace weft {

Session* Attempts::session(const std::string& id) {
  auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : &it->second;
}

const Session* Attempts::session(const std::string& id) const {
  auto it = sessions_.find(id);
  return it == sessions_.end() ? nullptr : &it->second;
}

Session* Attempts::session_of(WorkerId worker) {
  auto it = current_.find(worker);
  return it == current_.end() ? nullptr : session(it->second);
}

Session& Attempts::add_session(Session added) {
  current_[added.worker] = added.id;
  const std::string id = added.id;
  return sessions_.insert_or_assign(id, std::move(added)).first->second;
}

void Attempts::remove_session(const std::string& id) {
  auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  WEFT_CHECK_MSG(it->second.leases.empty(), "a session is removed that holds attempts");
  auto current = current_.find(it->second.worker);
  if (current != current_.end() && current->second == id) current_.erase(current);
  sessions_.erase(it);
}

ActiveAttempt* Attempts::find(AttemptId id) {
  auto it = active_.find(id);
  return it == active_.end() ? nullptr : &it->second;
}

const ActiveAttempt* Attempts::find(AttemptId id) const {
  auto it = active_.find(id);
  return it == active_.end() ? nullptr : &it->second;
}

ActiveAttempt& Attempts::add(ActiveAttempt attempt) {
  Session* holder = session(attempt.row.session);
  WEFT_CHECK_MSG(holder != nullptr, "an attempt of an unknown session");
  holder->leases.insert(attempt.row.id);
  const AttemptId id = attempt.row.id;
  return active_.emplace(id, std::move(attempt)).first->second;
}

void Attempts::remove(AttemptId id) {
  auto it = active_.find(id);
  WEFT_CHECK(it != active_.end());
  if (Session* holder = session(it->second.row.session)) holder->leases.erase(id);
  active_.erase(it);
}

AttemptId Attempts::lease_before(const AttemptRow& row) const {
  const Session* holder = session(row.session);
  if (holder == nullptr) return {};
  auto it = holder->leases.lower_bound(row.id);
  return it == holder->leases.begin() ? AttemptId{} : *std::prev(it);
}

std::vector<AttemptId> Attempts::dropped(const Session& session, std::int64_t acked,
                                         const std::vector<std::int64_t>& held) const {
  const std::unordered_set<std::int64_t> listed(held.begin(), held.end());
  std::vector<AttemptId> gone;
  for (const AttemptId attempt : session.leases) {
    if (attempt.value > acked) break;
    if (!listed.contains(attempt.value)) gone.push_back(attempt);
  }
  return gone;
}

namespace {

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  for (const unsigned char c : text) hash = (hash ^ c) * 1099511628211ULL;
  return (hash ^ 0xff) * 1099511628211ULL;
}

/// In [0, 1), the same for the same try on every machine.
double fraction(const TryIdentity& identity) {
  std::uint64_t hash = 14695981039346656037ULL;
  hash = mix(hash, identity.dag_id);
  hash = mix(hash, identity.task_id);
  hash = mix(hash, identity.run_id);
  hash = mix(hash, std::to_string(identity.map_index));
  hash = mix(hash, std::to_string(identity.try_number));
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  hash ^= hash >> 33;
  return static_cast<double>(hash >> 11) / 9007199254740992.0;
}

bool contains(const std::vector<int>& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

Duration retry_delay(const RetryPolicy& policy, int failures, const TryIdentity& identity) {
  const double cap = static_cast<double>(policy.max_delay.count());
  double delay = static_cast<double>(policy.delay.count());
  if (policy.exponential_backoff > 1) delay *= std::pow(policy.exponential_backoff, failures - 1);
  delay = std::min(delay, cap);
  delay += delay * policy.jitter * fraction(identity);
  return Duration(static_cast<std::int64_t>(delay));
}

AfterTry after_try(const RetryPolicy& policy, AttemptState outcome, int exit_code, int failures,
                   int losses, int max_losses, const TryIdentity& identity) {
  switch (outcome) {
    case AttemptState::success: return {TaskState::success};
    case AttemptState::skipped: return {TaskState::skipped};
    case AttemptState::cancelled: return {TaskState::failed};
    case AttemptState::lost:
      if (losses < max_losses) return {TaskState::scheduled, Duration{}, false, true};
      break;
    default: break;
  }
  const bool exited = outcome == AttemptState::failed && exit_code >= 0;
  bool may_retry = failures + 1 <= policy.retries;
  if (exited && contains(policy.fail_on_exit_codes, exit_code)) may_retry = false;
  if (exited && !policy.retry_on_exit_codes.empty() &&
      !contains(policy.retry_on_exit_codes, exit_code))
    may_retry = false;
  AfterTry after{TaskState::failed, Duration{}, true, outcome == AttemptState::lost};
  if (may_retry) {
    after.state = TaskState::up_for_retry;
    after.delay = retry_delay(policy, failures + 1, identity);
  }
  return after;
}

}  // namespace weft

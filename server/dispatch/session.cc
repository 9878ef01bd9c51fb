#include "server/dispatch/session.h"

#include <algorithm>
#include <utility>

namespace weft::dispatch {
namespace {

/// Of the leases in one answer; a worker reads at most 64 MiB.
constexpr std::size_t max_lease_bytes = 8 << 20;

/// About what it takes on the wire, where params may stand in every lease.
std::size_t size_of(const wire::Lease& lease) {
  std::size_t bytes = 500;
  for (const std::string& argument : lease.argv) bytes += argument.size();
  for (const auto& [name, value] : lease.env) bytes += name.size() + value.size();
  for (const auto& secret : lease.secrets) bytes += secret.size();
  return bytes;
}

}  // namespace

void SessionState::add(wire::Lease lease) {
  const std::int64_t attempt = lease.attempt;
  if (attempt > acked_) leases_.try_emplace(attempt, Unacked{std::move(lease), 0});
}

void SessionState::set_after(AttemptId attempt, AttemptId after) {
  const auto found = leases_.find(attempt.value);
  if (found != leases_.end()) found->second.lease.after = after.value;
}

void SessionState::acknowledge(std::int64_t acked) {
  if (acked <= acked_) return;
  acked_ = acked;
  leases_.erase(leases_.begin(), leases_.upper_bound(acked));
}

void SessionState::set_cancels(const std::vector<AttemptId>& cancels) {
  std::map<std::int64_t, bool> fresh;
  for (const AttemptId attempt : cancels) {
    const auto old = cancels_.find(attempt.value);
    fresh.emplace(attempt.value, old != cancels_.end() && old->second);
  }
  cancels_ = std::move(fresh);
}

bool SessionState::has_news_for(Moment arrived) const {
  const auto is_unsent = [](const auto& cancel) { return !cancel.second; };
  const auto is_waiting = [&](const auto& entry) {
    return is_due(entry.first, entry.second, arrived);
  };
  return std::any_of(cancels_.begin(), cancels_.end(), is_unsent) ||
         std::any_of(leases_.begin(), leases_.end(), is_waiting);
}

std::vector<wire::Lease> SessionState::take_leases(Moment arrived, Moment now) {
  std::vector<wire::Lease> out;
  std::size_t bytes = 0;
  for (auto& [attempt, entry] : leases_) {
    if (!is_due(attempt, entry, arrived)) continue;
    if (bytes > max_lease_bytes) break;  // the rest comes with the next answer
    bytes += size_of(entry.lease);
    entry.sent_at = now;
    out.push_back(entry.lease);
  }
  return out;
}

std::vector<std::int64_t> SessionState::take_cancels() {
  std::vector<std::int64_t> out;
  for (auto& [attempt, was_sent] : cancels_) {
    was_sent = true;
    out.push_back(attempt);
  }
  return out;
}

}  // namespace weft::dispatch

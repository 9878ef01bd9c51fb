#include "server/core/scheduler/admission.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace weft {

Admission::Admission(Duration starvation_after) : starvation_after_(starvation_after) {
  set_worker("", {no_worker_queue}, std::numeric_limits<int>::max(), true);
}

Limit& Admission::limit(const LimitName& name) {
  auto& slot = limits_[name];
  if (!slot) {
    slot = std::make_unique<Limit>();
    slot->name = name;
  }
  return *slot;
}

const Limit* Admission::find_limit(const LimitName& name) const {
  auto it = limits_.find(name);
  return it == limits_.end() ? nullptr : it->second.get();
}

void Admission::set_capacity(const LimitName& name, std::int64_t capacity) {
  Limit& changed = limit(name);
  changed.capacity = capacity;
  if (changed.starving) {
    const auto kind = kind_of(demands_.at(changed.starving->instance).demand, name);
    if (!changed.can_ever_fit(kind.amount, kind.capacity)) changed.starving.reset();
  }
  note_freed(changed);
}

void Admission::set_counts_deferred(const LimitName& name, bool counts) {
  Limit& changed = limit(name);
  changed.counts_deferred = counts;
  note_freed(changed);
}

void Admission::defer(InstanceId instance, const LimitName& name, std::int64_t amount) {
  const bool is_new = deferred_.emplace(instance, std::make_pair(name, amount)).second;
  WEFT_CHECK_MSG(is_new && !held_.contains(instance), "deferred twice, or with a worker");
  limit(name).deferred += amount;
}

void Admission::undefer(InstanceId instance) {
  auto it = deferred_.find(instance);
  if (it == deferred_.end()) return;
  Limit& freed = limit(it->second.first);
  freed.deferred -= it->second.second;
  deferred_.erase(it);
  note_freed(freed);
}

void Admission::drop(const LimitName& name) {
  auto it = limits_.find(name);
  if (it == limits_.end()) return;
  Limit& dropped = *it->second;
  if (dropped.named > 0) return;
  if (dropped.wake_pending) std::erase(to_wake_, &dropped);
  limits_.erase(it);
}

void Admission::name_limits(const Demand& demand) {
  for (const Ask& ask : demand.limits) ++limit(ask.name).named;
}

/// A limit whose capacity comes with the demands goes with the last of them: there may be as many
/// keys as there are instances.
void Admission::forget_limits(const Demand& demand) {
  for (const Ask& ask : demand.limits) {
    Limit& named = limit(ask.name);
    WEFT_CHECK(named.named > 0);
    if (--named.named == 0 && ask.capacity != Ask::limits_own) drop(ask.name);
  }
}

Limit::Kind Admission::kind_of(const Demand& demand, const LimitName& name) {
  for (const Ask& ask : demand.limits)
    if (ask.name == name) return {demand.queue, ask.amount, ask.capacity};
  return {demand.queue, 0, Ask::limits_own};
}

void Admission::demand(Demand demand) {
  const InstanceId id = demand.rank.instance;
  WEFT_CHECK_MSG(!held_.contains(id), "a granted instance demands again");
  name_limits(demand);
  const Rank rank = demand.rank;
  FairQueue& queue = ready_[demand.queue];
  const bool inserted = demands_.emplace(id, Waiting{std::move(demand)}).second;
  WEFT_CHECK_MSG(inserted, "an instance demands twice");
  queue.push(rank);
}

/// True if `a` is taken before `b` whatever DAG's turn it is.
static bool outranks(const Rank& a, const Rank& b) {
  if (a.priority != b.priority) return a.priority > b.priority;
  return a.backfill < b.backfill;
}

/// A total order for heads of different queues, where no turn decides.
static bool before(const Rank& a, const Rank& b) {
  if (outranks(a, b) || outranks(b, a)) return outranks(a, b);
  if (a.date != b.date) return a.date < b.date;
  return a.instance < b.instance;
}

void Admission::withdraw(InstanceId instance) {
  auto it = demands_.find(instance);
  if (it == demands_.end()) return;
  Waiting& waiting = it->second;
  if (waiting.blocked_by != nullptr) {
    unblock(waiting);
  } else {
    auto queue = ready_.find(waiting.demand.queue);
    queue->second.remove(waiting.demand.rank);
    if (queue->second.empty()) ready_.erase(queue);
    no_longer_woken(waiting);
  }
  for (const Ask& ask : waiting.demand.limits) not_starving(limit(ask.name), instance);
  const Demand withdrawn = std::move(waiting.demand);
  demands_.erase(it);
  forget_limits(withdrawn);
}

void Admission::take(const Demand& demand) {
  for (const Ask& ask : demand.limits) limit(ask.name).used += ask.amount;
}

void Admission::restore(Demand demand) {
  name_limits(demand);
  take(demand);
  const InstanceId id = demand.rank.instance;
  held_.emplace(id, std::move(demand));
}

void Admission::release(InstanceId instance) {
  auto it = held_.find(instance);
  WEFT_CHECK_MSG(it != held_.end(), "released what was not granted");
  const Demand released = std::move(it->second);
  held_.erase(it);
  for (const Ask& ask : released.limits) {
    Limit& freed = limit(ask.name);
    freed.used -= ask.amount;
    WEFT_CHECK(freed.used >= 0);
    note_freed(freed);
  }
  forget_limits(released);
}

void Admission::note_freed(Limit& limit) {
  if (limit.wake_pending || limit.waiters.empty()) return;
  limit.wake_pending = true;
  to_wake_.push_back(&limit);
}

/// Who shall be woken: the best of those that fit what is unclaimed; once somebody has starved for
/// long enough, only that one, or what outranks it.
std::optional<Rank> Admission::next_to_wake(Limit& limit, Duration now) {
  if (limit.starving && now - limit.passed_over_at >= starvation_after_) {
    const Waiting& waiting = demands_.at(limit.starving->instance);
    if (waiting.blocked_by == &limit && limit.fits_unclaimed(kind_of(waiting.demand, limit.name)))
      return limit.starving;
  }
  const Rank* best = nullptr;
  const Rank* passed_over = nullptr;
  for (auto& [kind, queue] : limit.waiters) {
    const Rank& head = queue.front();
    if (limit.fits_unclaimed(kind)) {
      if (held_for_starving(limit, head, kind.queue, now)) continue;
      if (best == nullptr || before(head, *best)) best = &head;
    } else if (!limit.fits_with(0, kind) && limit.can_ever_fit(kind.amount, kind.capacity)) {
      // Not for want of what is only claimed: whoever was woken has the turn, and keeps it.
      if (passed_over == nullptr || before(head, *passed_over)) passed_over = &head;
    }
  }
  if (best == nullptr) return std::nullopt;
  if (passed_over != nullptr && !outranks(*best, *passed_over))
    set_starving(limit, *passed_over, now);
  return *best;
}

/// Unless another one is before it.
void Admission::set_starving(Limit& limit, const Rank& rank, Duration now) {
  Waiting& waiting = demands_.at(rank.instance);
  if (has_turn_before(limit, waiting.demand.queue)) return;
  if (!waiting.passed_over_at) waiting.passed_over_at = now;
  limit.starving = rank;
  limit.passed_over_at = *waiting.passed_over_at;
}

/// It came and took what was free: what is left is too little for the best of those that wait there
/// for more than it did, or under a tighter capacity.
void Admission::pass_over(const Demand& granted, Duration now) {
  for (const Ask& ask : granted.limits) {
    Limit& taken = limit(ask.name);
    const Rank* best = nullptr;
    for (auto& [kind, queue] : taken.waiters) {
      const bool is_alike = kind.amount <= ask.amount && kind.capacity >= ask.capacity;
      if (is_alike || taken.fits_with(ask.amount, kind) ||
          !taken.can_ever_fit(kind.amount, kind.capacity))
        continue;
      const Rank& head = queue.front();
      if (best == nullptr || before(head, *best)) best = &head;
    }
    if (best != nullptr && !outranks(granted.rank, *best)) set_starving(taken, *best, now);
  }
}

/// Moves waiters to ready: a freed slot wakes waiters until it is used, and no more than could
/// use it.
void Admission::wake(Duration now) {
  while (!to_wake_.empty()) {
    Limit& limit = *to_wake_.front();
    to_wake_.pop_front();
    limit.wake_pending = false;
    while (const auto rank = next_to_wake(limit, now)) {
      Waiting& waiting = demands_.at(rank->instance);
      unblock(waiting);
      waiting.woken_by = &limit;
      limit.woken[waiting.demand.queue] += kind_of(waiting.demand, limit.name).amount;
      ready_[waiting.demand.queue].push(*rank);
    }
  }
}

void Admission::no_longer_woken(Waiting& waiting) {
  if (waiting.woken_by == nullptr) return;
  Limit& limit = *waiting.woken_by;
  auto woken = limit.woken.find(waiting.demand.queue);
  woken->second -= kind_of(waiting.demand, limit.name).amount;
  if (woken->second == 0) limit.woken.erase(woken);
  waiting.woken_by = nullptr;
  note_freed(limit);
}

void Admission::not_starving(Limit& limit, InstanceId instance) {
  if (!limit.starving || limit.starving->instance != instance) return;
  limit.starving.reset();
  note_freed(limit);
}

/// True if the starving one comes before those of `queue`. Once woken it still does until it is
/// decided about, but it waits for its own queue's workers then: those of another don't wait for
/// them.
bool Admission::has_turn_before(const Limit& limit, const std::string& queue) const {
  if (!limit.starving) return false;
  const Waiting& waiting = demands_.at(limit.starving->instance);
  return waiting.blocked_by == &limit || waiting.demand.queue == queue;
}

bool Admission::held_for_starving(const Limit& limit, const Rank& rank, const std::string& queue,
                                  Duration now) const {
  return limit.starving && limit.starving->instance != rank.instance &&
         now - limit.passed_over_at >= starvation_after_ && !outranks(rank, *limit.starving) &&
         has_turn_before(limit, queue);
}

/// The first limit that says no, or null.
Limit* Admission::first_blocker(const Demand& demand, Duration now) {
  for (const Ask& ask : demand.limits) {
    Limit& candidate = limit(ask.name);
    if (!candidate.fits(ask) || held_for_starving(candidate, demand.rank, demand.queue, now))
      return &candidate;
  }
  return nullptr;
}

void Admission::block(Waiting& waiting, Limit& blocker) {
  no_longer_woken(waiting);
  // Only what a limit alone holds back can starve there.
  for (const Ask& ask : waiting.demand.limits)
    if (ask.name != blocker.name) not_starving(limit(ask.name), waiting.demand.rank.instance);
  waiting.blocked_by = &blocker;
  const Limit::Kind kind = kind_of(waiting.demand, blocker.name);
  blocker.waiters[kind].push(waiting.demand.rank);
  // What is free may still serve a smaller one, or this one is passed over: wake() decides.
  if (blocker.capacity_for(kind.capacity) > blocker.taken()) note_freed(blocker);
}

void Admission::unblock(Waiting& waiting) {
  Limit& blocker = *waiting.blocked_by;
  auto queue = blocker.waiters.find(kind_of(waiting.demand, blocker.name));
  queue->second.remove(waiting.demand.rank);
  if (queue->second.empty()) blocker.waiters.erase(queue);
  waiting.blocked_by = nullptr;
}

void Admission::list_server(const std::string& session, const Server& server) {
  if (!server.open || server.free <= 0) return;
  for (const std::string& queue : server.queues) offers_[queue].emplace(-server.free, session);
}

void Admission::unlist_server(const std::string& session, const Server& server) {
  for (const std::string& queue : server.queues) {
    auto it = offers_.find(queue);
    if (it == offers_.end()) continue;
    it->second.erase({-server.free, session});
    if (it->second.empty()) offers_.erase(it);
  }
}

void Admission::set_worker(const std::string& session, std::vector<std::string> queues, int free,
                           bool open) {
  auto [it, fresh] = servers_.try_emplace(session);
  if (!fresh) unlist_server(session, it->second);
  it->second = Server{std::move(queues), free, open};
  list_server(session, it->second);
}

void Admission::remove_worker(const std::string& session) {
  auto it = servers_.find(session);
  if (it == servers_.end()) return;
  unlist_server(session, it->second);
  servers_.erase(it);
}

/// Decides about the best of a queue's ready ones: granted, or blocked.
bool Admission::grant_one(const std::string& queue, Duration now, std::vector<Grant>& grants) {
  auto offer = offers_.find(queue);
  auto ready = ready_.find(queue);
  if (offer == offers_.end() || ready == ready_.end()) return false;
  const Rank rank = ready->second.pop();
  if (ready->second.empty()) ready_.erase(ready);
  auto it = demands_.find(rank.instance);
  WEFT_CHECK(it != demands_.end());
  Waiting& waiting = it->second;
  if (Limit* blocker = first_blocker(waiting.demand, now)) {
    block(waiting, *blocker);
    wake(now);
    return true;
  }
  const std::string session = offer->second.begin()->second;
  if (!session.empty()) {
    Server& server = servers_.at(session);
    unlist_server(session, server);
    --server.free;
    list_server(session, server);
  }
  pass_over(waiting.demand, now);
  take(waiting.demand);
  no_longer_woken(waiting);
  for (const Ask& ask : waiting.demand.limits) not_starving(limit(ask.name), rank.instance);
  held_.emplace(rank.instance, std::move(waiting.demand));
  demands_.erase(it);
  grants.push_back({rank, session});
  wake(now);
  return true;
}

std::vector<Grant> Admission::grant(Duration now, std::size_t most) {
  std::vector<Grant> grants;
  wake(now);
  // Only queues that a worker with a free slot serves are looked at; what is woken on the way may
  // be for a queue that was looked at before, hence the second loop.
  for (bool moved = true; moved && grants.size() < most;) {
    moved = false;
    for (auto offer = offers_.begin(); offer != offers_.end();) {
      const std::string queue = offer->first;
      while (grants.size() < most && grant_one(queue, now, grants)) moved = true;
      offer = offers_.upper_bound(queue);
    }
  }
  return grants;
}

std::vector<Blocker> Admission::blockers(InstanceId instance, Duration now) const {
  std::vector<Blocker> reasons;
  auto it = demands_.find(instance);
  if (it == demands_.end()) return reasons;
  const Demand& demand = it->second.demand;
  for (const Ask& ask : demand.limits) {
    const Limit* limit = find_limit(ask.name);
    if (limit == nullptr) continue;
    const bool fits = limit->fits(ask);
    if (fits && !held_for_starving(*limit, demand.rank, demand.queue, now)) continue;
    reasons.push_back({fits ? Blocker::Kind::behind : Blocker::Kind::limit, ask.name,
                       limit->capacity_for(ask.capacity), limit->taken(), ask.amount, "", 0});
  }
  bool served = false, free = offers_.contains(demand.queue);
  for (const auto& [session, server] : servers_)
    served = served || (server.open && std::find(server.queues.begin(), server.queues.end(),
                                                 demand.queue) != server.queues.end());
  if (!served) {
    reasons.push_back({Blocker::Kind::no_worker, {}, 0, 0, 0, demand.queue, 0});
  } else if (!free) {
    auto ready = ready_.find(demand.queue);
    const std::size_t waiting = ready == ready_.end() ? 0 : ready->second.size();
    reasons.push_back(
        {Blocker::Kind::no_free_slot, {}, 0, 0, 0, demand.queue, waiting > 0 ? waiting - 1 : 0});
  }
  return reasons;
}

}  // namespace weft

#pragma once

// Demands in, grants out: which ready task instance goes to which worker. Knows pools, limits and
// workers' slots, and no DAG. What a limit holds back waits in that limit's own queue, so a full
// pool costs nothing and hides nobody else.
//
//   demand ─► ready (one FairQueue per queue name) ─► all limits fit? ─► granted (limits taken)
//                 ▲                                     │ no
//                 └── a freed slot wakes as many ◄── the blocking limit's waiters

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/instant.h"
#include "server/core/scheduler/fair_queue.h"

namespace weft {

/// What a limit is about, e.g. {pool, "default_pool"} or {run, "17"}: for why-not-running.
struct LimitName {
  enum class Kind : std::uint8_t { pool, run, task_in_dag, task_in_run, key };
  Kind kind = Kind::pool;
  std::string name;
  auto operator<=>(const LimitName&) const = default;
};

/// What a demand asks of one limit.
struct Ask {
  static constexpr std::int64_t limits_own = -2;

  LimitName name;
  std::int64_t amount = 1;
  /// The capacity that this candidate tests all holders with: tasks of several DAGs and versions
  /// may share a limit and each say another number. limits_own: that of set_capacity().
  std::int64_t capacity = limits_own;
};

/// A counted resource. Owned by Admission, alive while something uses or names it.
struct Limit {
  LimitName name;
  std::int64_t capacity = 0;  ///< -1: infinite; of those who bring none
  std::int64_t used = 0;
  std::int64_t deferred = 0;  ///< of those who wait for something else and have no worker
  bool counts_deferred = false;
  std::int32_t named = 0;  ///< by demands that wait or are granted
  /// Those who are alike: while one of them doesn't fit, none does.
  struct Kind {
    std::string queue;
    std::int64_t amount = 1;
    std::int64_t capacity = Ask::limits_own;
    auto operator<=>(const Kind&) const = default;
  };
  std::map<Kind, FairQueue> waiters;
  /// Amount of the waiters moved to ready and not yet decided, per queue name: one that waits for
  /// its queue's workers takes nothing from those of another queue.
  std::map<std::string, std::int64_t> woken;
  bool wake_pending = false;
  /// The waiter that could fit but was passed over by a smaller one, and since when (steady).
  /// Only while this limit alone holds it back.
  std::optional<Rank> starving;
  Duration passed_over_at{};

  std::int64_t taken() const { return used + (counts_deferred ? deferred : 0); }
  std::int64_t capacity_for(std::int64_t asked_with) const {
    return asked_with == Ask::limits_own ? capacity : asked_with;
  }
  bool fits(const Ask& ask) const { return fits_beside(taken(), ask.amount, ask.capacity); }
  /// When `more` is taken.
  bool fits_with(std::int64_t more, const Kind& kind) const {
    return fits_beside(taken() + more, kind.amount, kind.capacity);
  }
  bool can_ever_fit(std::int64_t amount, std::int64_t asked_with) const {
    return fits_beside(0, amount, asked_with);
  }
  /// Beside what is used and what was woken for this queue and is not decided yet.
  bool fits_unclaimed(const Kind& kind) const {
    auto it = woken.find(kind.queue);
    return fits_with(it == woken.end() ? 0 : it->second, kind);
  }

 private:
  bool fits_beside(std::int64_t taken, std::int64_t amount, std::int64_t asked_with) const {
    const std::int64_t most = capacity_for(asked_with);
    return most < 0 || taken + amount <= most;
  }
};

struct Demand {
  Rank rank;
  std::string queue;
  std::vector<Ask> limits;
};

struct Grant {
  Rank rank;
  std::string session;
};

/// Why a demand is not granted, for explain. `behind`: what is free of the limit is kept for one
/// that was passed over too long.
struct Blocker {
  enum class Kind : std::uint8_t { limit, no_worker, no_free_slot, behind };
  Kind kind = Kind::limit;
  LimitName limit;
  std::int64_t capacity = 0, used = 0, asked = 0;
  std::string queue;
  std::size_t ahead = 0;
};

class Admission {
 public:
  explicit Admission(Duration starvation_after);

  /// The queue of what asks for limits but for no worker: it is granted to the session "".
  static constexpr const char* no_worker_queue = "";

  /// Sets a limit's capacity; a freed part wakes waiters. Creates it if it isn't there.
  void set_capacity(const LimitName& name, std::int64_t capacity);
  /// Does what is deferred count against its capacity?
  void set_counts_deferred(const LimitName& name, bool counts);
  /// Forgets a limit with a capacity of its own, unless a demand names it.
  void drop(const LimitName& name);
  const Limit* find_limit(const LimitName& name) const;
  /// For checks: those with a capacity of their own, and those that a demand names.
  const std::map<LimitName, std::unique_ptr<Limit>>& limits() const { return limits_; }

  /// A ready instance. REQUIRES: it is not already in.
  void demand(Demand demand);
  /// Takes it back (the run ended). No effect when it isn't waiting.
  void withdraw(InstanceId instance);
  /// As if granted, without asking: what was running before a restart.
  void restore(Demand demand);
  /// A granted instance is over: its limits are given back.
  void release(InstanceId instance);
  /// It waits without a worker from now on: counted beside what is used. REQUIRES: not held.
  void defer(InstanceId instance, const LimitName& name, std::int64_t amount);
  /// No effect when it isn't deferred.
  void undefer(InstanceId instance);
  bool holds(InstanceId instance) const { return held_.contains(instance); }
  bool waits(InstanceId instance) const { return demands_.contains(instance); }

  /// A session's slots; `open`: may get work now. Used slots are counted by the caller.
  void set_worker(const std::string& session, std::vector<std::string> queues, int free, bool open);
  void remove_worker(const std::string& session);

  /// Grants all that can be granted, in order, at most `most`. Each grant takes its limits and one
  /// free slot of its session.
  std::vector<Grant> grant(Duration now, std::size_t most);

  /// All reasons why this waiting demand is not granted.
  std::vector<Blocker> blockers(InstanceId instance, Duration now) const;

 private:
  struct Waiting {
    Demand demand;
    Limit* blocked_by = nullptr;             ///< in its waiters; null: in ready
    Limit* woken_by = nullptr;               ///< came from its waiters and counts as its `woken`
    std::optional<Duration> passed_over_at;  ///< first time, by a smaller one
  };
  struct Server {
    std::vector<std::string> queues;
    int free = 0;
    bool open = false;
  };

  Limit& limit(const LimitName& name);
  void name_limits(const Demand& demand);
  void forget_limits(const Demand& demand);
  Limit* first_blocker(const Demand& demand, Duration now);
  bool has_turn_before(const Limit& limit, const std::string& queue) const;
  bool held_for_starving(const Limit& limit, const Rank& rank, const std::string& queue,
                         Duration now) const;
  std::optional<Rank> next_to_wake(Limit& limit, Duration now);
  void block(Waiting& waiting, Limit& blocker);
  void unblock(Waiting& waiting);
  void no_longer_woken(Waiting& waiting);
  void not_starving(Limit& limit, InstanceId instance);
  void note_freed(Limit& limit);
  void wake(Duration now);
  bool grant_one(const std::string& queue, Duration now, std::vector<Grant>& grants);
  void take(const Demand& demand);
  void pass_over(const Demand& granted, Duration now);
  void set_starving(Limit& limit, const Rank& rank, Duration now);
  static Limit::Kind kind_of(const Demand& demand, const LimitName& name);
  void list_server(const std::string& session, const Server& server);
  void unlist_server(const std::string& session, const Server& server);

  Duration starvation_after_;
  std::map<LimitName, std::unique_ptr<Limit>> limits_;
  std::unordered_map<InstanceId, Waiting> demands_;
  std::unordered_map<InstanceId, Demand> held_;
  std::unordered_map<InstanceId, std::pair<LimitName, std::int64_t>> deferred_;
  std::map<std::string, FairQueue> ready_;
  std::map<std::string, Server> servers_;
  /// queue name → sessions with free slots, most free first.
  std::map<std::string, std::set<std::pair<int, std::string>>> offers_;
  std::deque<Limit*> to_wake_;
};

}  // namespace weft

#pragma once

// Who waits for what happens elsewhere: in another run, to another task. Each waiter stands in one
// list, that of what it waits for next; when that happens it is looked at again, and only then.

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "server/core/scheduler/instance_index.h"

namespace weft {

struct Awaited {
  enum class Kind : std::uint8_t {
    task,      ///< id: a run, name: a task of it; sub: one map index, or -1: any of them ends
    run_end,   ///< id: a run
    run_made,  ///< id: a logical date in µs, name: a DAG: the run there
    asset,     ///< id: an asset: an event; sub 0, name: of this partition; sub -1: of any
  };
  Kind kind = Kind::task;
  std::int64_t id = 0;
  std::string name;
  int sub = -1;
  auto operator<=>(const Awaited&) const = default;
};

struct Waiter {
  RunId run;
  InstanceIndex position;
  InstanceId instance;
  bool operator<(const Waiter& other) const { return instance < other.instance; }
};

class WaitLists {
 public:
  bool empty() const { return where_.empty(); }
  bool waits(InstanceId instance) const { return where_.contains(instance); }
  /// What it waits for; null when it doesn't.
  const Awaited* awaited_by(InstanceId instance) const;

  /// Stands in this list from now on, and in no other.
  void add(const Awaited& awaited, const Waiter& waiter);
  void remove(InstanceId instance);
  /// Takes out all who wait for it.
  std::vector<Waiter> take(const Awaited& awaited);
  /// Takes out all who wait for this run or for any task of it; with a name, for this task alone.
  std::vector<Waiter> take_all_of(RunId run, const std::string& task_id = "");

 private:
  std::map<Awaited, std::set<Waiter>> lists_;
  std::unordered_map<InstanceId, Awaited> where_;
};

}  // namespace weft

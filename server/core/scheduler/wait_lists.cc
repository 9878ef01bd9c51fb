#include "server/core/scheduler/wait_lists.h"

namespace weft {

const Awaited* WaitLists::awaited_by(InstanceId instance) const {
  auto it = where_.find(instance);
  return it == where_.end() ? nullptr : &it->second;
}

void WaitLists::add(const Awaited& awaited, const Waiter& waiter) {
  const Awaited* before = awaited_by(waiter.instance);
  if (before != nullptr && *before == awaited) return;
  remove(waiter.instance);
  lists_[awaited].insert(waiter);
  where_.emplace(waiter.instance, awaited);
}

void WaitLists::remove(InstanceId instance) {
  auto it = where_.find(instance);
  if (it == where_.end()) return;
  auto list = lists_.find(it->second);
  list->second.erase(Waiter{{}, {}, instance});
  if (list->second.empty()) lists_.erase(list);
  where_.erase(it);
}

std::vector<Waiter> WaitLists::take(const Awaited& awaited) {
  auto list = lists_.find(awaited);
  if (list == lists_.end()) return {};
  std::vector<Waiter> taken(list->second.begin(), list->second.end());
  lists_.erase(list);
  for (const Waiter& waiter : taken) where_.erase(waiter.instance);
  return taken;
}

std::vector<Waiter> WaitLists::take_all_of(RunId run, const std::string& task_id) {
  std::vector<Awaited> keys;
  if (task_id.empty()) keys.push_back({Awaited::Kind::run_end, run.value, ""});
  for (auto it = lists_.lower_bound({Awaited::Kind::task, run.value, task_id});
       it != lists_.end() && it->first.kind == Awaited::Kind::task && it->first.id == run.value &&
       (task_id.empty() || it->first.name == task_id);
       ++it)
    keys.push_back(it->first);
  std::vector<Waiter> all;
  for (const Awaited& key : keys)
    for (const Waiter& waiter : take(key)) all.push_back(waiter);
  return all;
}

}  // namespace weft

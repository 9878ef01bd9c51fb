#include "server/core/scheduler/step.h"

namespace weft {

Result<Answer> apply(Step& step, const PutPool& command) {
  const PoolRow& pool = command.pool;
  if (pool.name.empty() || pool.name.size() > 256)
    return fail(ErrorCode::unprocessable, "name: must have 1 to 256 characters");
  if (pool.slots < -1)
    return fail(ErrorCode::unprocessable, "slots: must be -1 (infinite) or more");
  if (command.create_only && step.s.pools.contains(pool.name))
    return fail(ErrorCode::conflict, "pool \"" + pool.name + "\" exists already");
  step.s.pools[pool.name] = pool;
  step.s.admission.set_capacity({LimitName::Kind::pool, pool.name}, pool.slots);
  step.s.admission.set_counts_deferred({LimitName::Kind::pool, pool.name}, pool.include_deferred);
  step.record(pool);
  step.audit(command.actor, "put_pool", "", "", "", pool.name);
  return Answer{Done{}};
}

Result<Answer> apply(Step& step, const DeletePool& command) {
  if (command.name == "default_pool")
    return fail(ErrorCode::invalid_argument, "default_pool can't be deleted");
  if (step.s.pools.erase(command.name) == 0)
    return fail(ErrorCode::not_found, "no pool \"" + command.name + "\"");
  step.s.admission.set_capacity({LimitName::Kind::pool, command.name}, 0);
  step.record(PoolDeleted{command.name});
  step.audit(command.actor, "delete_pool", "", "", "", command.name);
  return Answer{Done{}};
}

}  // namespace weft

#pragma once

#include <string>
#include <utility>

#include "server/core/scheduler/command.h"
#include "tests/simulation/random.h"

namespace weft::sim {

/// What people do beside DAGs, with the command's name for the report: a worker is drained or gets
/// work again; a record, which the scheduler never looks into, is written or deleted, well or
/// against what is there.
inline std::pair<std::string, Command> random_record_edit(Random& random) {
  if (random.one_in(4))
    return {"DrainWorker", DrainWorker{"w" + std::to_string(random.between(0, 3)), random.one_in(2),
                                       "simulation"}};
  const auto name = [&] { return "r" + std::to_string(random.between(0, 3)); };
  const auto kind = static_cast<RecordKind>(random.between(0, 3));
  if (random.one_in(3)) return {"DeleteRecord", DeleteRecord{kind, name(), "simulation", ""}};
  PutRecord command;
  switch (kind) {
    case RecordKind::variable: command.record = VariableRow{.key = name()}; break;
    case RecordKind::connection: command.record = ConnectionRow{.connection_id = name()}; break;
    case RecordKind::user: command.record = UserRow{.name = name()}; break;
    case RecordKind::token: {
      TokenRow token;
      token.id = name();
      token.user = name();
      command.record = token;
      break;
    }
  }
  command.mode = static_cast<PutRecord::Mode>(random.between(0, 2));
  command.actor = "simulation";
  command.action = "put";
  return {"PutRecord", std::move(command)};
}

}  // namespace weft::sim

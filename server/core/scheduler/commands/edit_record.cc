#include "server/core/scheduler/step.h"

namespace weft {
namespace {

/// As in the API: ids, and names that come into URLs.
constexpr std::size_t max_key = 250;

std::string called(RecordKind kind, const std::string& key) {
  return std::string(name_of(kind)) + " \"" + key + "\"";
}

}  // namespace

const std::string& key_of(const Record& record) {
  struct Key {
    const std::string& operator()(const VariableRow& row) const { return row.key; }
    const std::string& operator()(const ConnectionRow& row) const { return row.connection_id; }
    const std::string& operator()(const UserRow& row) const { return row.name; }
    const std::string& operator()(const TokenRow& row) const { return row.id; }
  };
  return std::visit(Key{}, record);
}

const char* name_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::variable: return "variable";
    case RecordKind::connection: return "connection";
    case RecordKind::user: return "user";
    case RecordKind::token: return "token";
  }
  return "record";
}

Result<Answer> apply(Step& step, const PutRecord& command) {
  const RecordKind kind = kind_of(command.record);
  const std::string& key = key_of(command.record);
  if (key.empty() || key.size() > max_key)
    return fail(ErrorCode::unprocessable,
                std::string(name_of(kind)) + ": its name must have 1 to 250 characters");
  const bool exists = step.s.history.has_record(kind, key);
  if (exists && command.mode == PutRecord::Mode::create)
    return fail(ErrorCode::conflict, called(kind, key) + " exists already");
  if (!exists && command.mode == PutRecord::Mode::update)
    return fail(ErrorCode::not_found, "no " + called(kind, key));
  if (const auto* token = std::get_if<TokenRow>(&command.record);
      token != nullptr && !step.s.history.has_record(RecordKind::user, token->user))
    return fail(ErrorCode::not_found, "no " + called(RecordKind::user, token->user));
  std::visit([&](const auto& row) { step.record(row); }, command.record);
  std::visit([&](const auto& row) { step.effect(RecordChanged{row}); }, command.record);
  if (!command.action.empty())
    step.audit(command.actor, command.action, "", "", "", command.detail);
  return Answer{Done{}};
}

Result<Answer> apply(Step& step, const DeleteRecord& command) {
  if (!step.s.history.has_record(command.kind, command.key))
    return fail(ErrorCode::not_found, "no " + called(command.kind, command.key));
  step.record(RecordDeleted{command.kind, command.key});
  step.effect(RecordChanged{RecordDeleted{command.kind, command.key}});
  if (command.is_audited)
    step.audit(command.actor, std::string("delete_") + name_of(command.kind), "", "", "",
               command.detail);
  return Answer{Done{}};
}

}  // namespace weft

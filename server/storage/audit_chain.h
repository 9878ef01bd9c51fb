#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/core/scheduler/change.h"
#include "server/storage/database.h"

namespace weft::storage {

/// The hash of a row of the audit behind `before` (the hash of the row in front of it, "" for the
/// first): SHA-256 in hex over both, each field with its length, so that no two rows read alike.
std::string audit_hash(std::string_view before, const AuditRow& row);

/// What a walk along the whole chain found.
struct AuditVerdict {
  std::int64_t rows = 0;      ///< with a hash
  std::int64_t unhashed = 0;  ///< from before there was a chain
  std::string head;           ///< the last hash: kept elsewhere, it proves that no row was cut off
  std::string problem;  ///< "" when every hash is right; else what is wrong, and with which row
};

/// Reads all rows in order. Errors: as the database's.
Result<AuditVerdict> verify_audit(Database& database);

}  // namespace weft::storage

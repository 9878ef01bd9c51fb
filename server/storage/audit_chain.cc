#include "server/storage/audit_chain.h"

#include <fmt/format.h>
#include <sodium.h>

namespace weft::storage {
namespace {

void add(crypto_hash_sha256_state& state, std::string_view text) {
  const std::string length = std::to_string(text.size()) + ":";
  for (const std::string_view part : {std::string_view(length), text})
    crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                              part.size());
}

}  // namespace

std::string audit_hash(std::string_view before, const AuditRow& row) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  add(state, before);
  add(state, std::to_string(to_micros(row.at)));
  for (const auto* field :
       {&row.actor, &row.remote, &row.action, &row.dag_id, &row.run_id, &row.task_id, &row.detail})
    add(state, *field);
  unsigned char digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(&state, digest);
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

Result<AuditVerdict> verify_audit(Database& database) {
  TRY_ASSIGN(auto rows,
             database.prepare("SELECT id, at, actor, remote, action, dag_id, run_id, task_id, "
                              "detail, hash FROM audit ORDER BY id"));
  AuditVerdict verdict;
  std::int64_t last = 0;
  TRY(rows.each([&](const Statement& row) {
    const auto id = row.integer(0);
    const std::string hash = row.string(9);
    if (verdict.problem.empty() && id != last + 1)
      verdict.problem = fmt::format("row {} follows row {}: what was between is gone", id, last);
    last = id;
    if (hash.empty() && verdict.rows == 0) {
      ++verdict.unhashed;
      return;
    }
    const AuditRow audit{row.instant(1), row.string(2), row.string(3), row.string(4),
                         row.string(5),  row.string(6), row.string(7), row.string(8)};
    if (verdict.problem.empty() && hash != audit_hash(verdict.head, audit))
      verdict.problem = fmt::format(
          "row {} ({} by \"{}\") is not as it was written, or the row before it was changed", id,
          audit.action, audit.actor);
    verdict.head = hash;
    ++verdict.rows;
  }));
  return verdict;
}

}  // namespace weft::storage

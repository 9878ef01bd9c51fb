#include "server/storage/worker_keys.h"

#include "server/storage/queries/list.h"
#include "server/storage/rows.h"
#include "server/storage/writer.h"

namespace weft::storage {
namespace {

std::vector<std::string> words_in(std::string_view json) {
  std::vector<std::string> words;
  for (const auto& word : stored_json(json))
    if (word.is_string()) words.push_back(word.get<std::string>());
  return words;
}

}  // namespace

Result<void> Writer::put(const JoinTokenRow& row) {
  TRY(ensure_transaction());
  const std::string queues = json_list(row.queues);
  return use(Sql::put_join_token)
      .bind_all(row.id, row.hash, row.worker, queues, row.is_once, row.created_by, row.created_at,
                row.expires_at, row.used_at, row.used_by)
      .run();
}

Result<void> Writer::delete_join_token(const std::string& id) {
  TRY(ensure_transaction());
  return use(Sql::delete_join_token).bind_all(id).run();
}

Result<void> Writer::put(const WorkerKeyRow& row) {
  TRY(ensure_transaction());
  const std::string queues = json_list(row.queues);
  return use(Sql::put_worker_key)
      .bind_all(row.worker, row.hash, queues, row.join_token, row.session, row.created_at,
                row.revoked_at, row.revoked_by)
      .run();
}

Result<void> Writer::delete_worker_key(const std::string& worker) {
  TRY(ensure_transaction());
  return use(Sql::delete_worker_key).bind_all(worker).run();
}

JoinTokenRow join_token_row(const Statement& row, int first) {
  return {.id = row.string(first),
          .hash = row.string(first + 1),
          .worker = row.string(first + 2),
          .queues = words_in(row.text(first + 3)),
          .is_once = row.boolean(first + 4),
          .created_by = row.string(first + 5),
          .created_at = row.instant(first + 6),
          .expires_at = row.instant(first + 7),
          .used_at = row.optional_instant(first + 8),
          .used_by = row.string(first + 9)};
}

WorkerKeyRow worker_key_row(const Statement& row, int first) {
  return {.worker = row.string(first),
          .hash = row.string(first + 1),
          .queues = words_in(row.text(first + 2)),
          .join_token = row.string(first + 3),
          .session = row.string(first + 4),
          .created_at = row.instant(first + 5),
          .revoked_at = row.optional_instant(first + 6),
          .revoked_by = row.string(first + 7)};
}

}  // namespace weft::storage

#include "server/storage/migrate.h"

#include <fmt/format.h>

#include <array>

namespace weft::storage {
namespace {

// Made by CMakeLists.txt of migrations/*.sql, in order.
constexpr auto migrations = std::to_array<const char*>({
#include "server/storage/migrations.inc"
});

/// "weft" in the header of the file, so that somebody else's database is not migrated.
constexpr std::int64_t application_id = 0x77656674;

Result<void> apply(Database& database, int number) {
  const std::string script =
      fmt::format("{}; PRAGMA user_version={}; PRAGMA application_id={}",
                  migrations[static_cast<std::size_t>(number - 1)], number, application_id);
  TRY(database.exec("BEGIN IMMEDIATE"));
  auto done = database.exec(script);
  if (done) done = database.exec("COMMIT");
  if (!done && database.in_transaction()) (void)database.exec("ROLLBACK");
  return done;
}

}  // namespace

int newest_schema() {
  return static_cast<int>(migrations.size());
}

Result<void> migrate(Database& database) {
  TRY_ASSIGN(const auto schema, database.query_integer("PRAGMA user_version"));
  TRY_ASSIGN(const auto owner, database.query_integer("PRAGMA application_id"));
  TRY_ASSIGN(const auto objects, database.query_integer("SELECT count(*) FROM sqlite_schema"));
  const std::string file = sqlite3_db_filename(database.handle(), "main");
  if (owner != application_id && (objects > 0 || schema > 0))
    return fail(ErrorCode::internal, fmt::format("{} is not a database of weft: give another data "
                                                 "folder, or move the file away",
                                                 file));
  if (schema > newest_schema())
    return fail(ErrorCode::conflict,
                fmt::format("{} has schema {}, this program knows only {}: it was written by a "
                            "newer weft; install that version, or restore a backup",
                            file, schema, newest_schema()));
  for (auto next = static_cast<int>(schema) + 1; next <= newest_schema(); ++next)
    TRY(apply(database, next));
  return {};
}

}  // namespace weft::storage

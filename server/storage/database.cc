#include "server/storage/database.h"

#include <fmt/format.h>

#include "base/check.h"

namespace weft::storage {
namespace {

std::string_view advice(int primary) {
  switch (primary) {
    case SQLITE_FULL: return "; free space on its disk";
    case SQLITE_IOERR: return "; check the disk";
    case SQLITE_CANTOPEN: return "; check that the folder exists and may be written";
    case SQLITE_READONLY: return "; check the file's permissions";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return "; the file is damaged: run `weft db check`, restore a backup";
    default: return "";
  }
}

ErrorCode code_of(int primary) {
  switch (primary) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT: return ErrorCode::unavailable;
    default: return ErrorCode::internal;
  }
}

}  // namespace

Error sqlite_error(sqlite3* db, int code, std::string_view doing) {
  const int extended = db != nullptr ? sqlite3_extended_errcode(db) : code;
  const bool same = (extended & 0xff) == (code & 0xff);
  const int exact = same ? extended : code;
  WEFT_CHECK_MSG(exact != SQLITE_IOERR_FSYNC && exact != SQLITE_IOERR_DIR_FSYNC,
                 "fsync of the database failed: what was acknowledged may not be on disk");
  const char* file = db != nullptr ? sqlite3_db_filename(db, "main") : nullptr;
  const char* text = db != nullptr && same ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  return Error{code_of(code & 0xff),
               fmt::format("database {}: {} failed: {} (SQLite {}){}",
                           file != nullptr && *file != '\0' ? file : "in memory", doing, text,
                           exact, advice(code & 0xff))};
}

Statement& Statement::bind(int index, std::int64_t value) {
  WEFT_CHECK(sqlite3_bind_int64(statement_.get(), index, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(int index, double value) {
  WEFT_CHECK(sqlite3_bind_double(statement_.get(), index, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  const char* data = text.data() != nullptr ? text.data() : "";
  WEFT_CHECK(sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_STATIC,
                                 SQLITE_UTF8) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_copy(int index, std::string_view text) {
  const char* data = text.data() != nullptr ? text.data() : "";
  WEFT_CHECK(sqlite3_bind_text64(statement_.get(), index, data, text.size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(int index, std::nullptr_t) {
  WEFT_CHECK(sqlite3_bind_null(statement_.get(), index) == SQLITE_OK);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error error =
      sqlite_error(sqlite3_db_handle(statement_.get()), code, sqlite3_sql(statement_.get()));
  reset();
  return tl::unexpected(std::move(error));
}

Result<void> Statement::run() {
  TRY_ASSIGN(const bool more, step());
  if (more) reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* data = sqlite3_column_text(statement_.get(), column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Database> Database::open(const std::string& location, OpenMode mode) {
  int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  flags |= mode == OpenMode::read_only ? SQLITE_OPEN_READONLY
                                       : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(location.c_str(), &handle, flags, nullptr);
  Database database(handle);
  if (code != SQLITE_OK)
    return fail(ErrorCode::unavailable, fmt::format("cannot open database {}: {}{}", location,
                                                    sqlite3_errstr(code), advice(code & 0xff)));
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  TRY(database.exec("PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY"));
  return database;
}

Result<void> Database::exec(const std::string& sql) {
  const int code = sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error(code, std::string_view(sql).substr(0, 120)));
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(error(code, sql));
  return Statement(statement);
}

Result<std::int64_t> Database::query_integer(std::string_view sql) {
  TRY_ASSIGN(auto statement, prepare(sql));
  TRY_ASSIGN(const bool found, statement.step());
  if (!found) return fail(ErrorCode::not_found, fmt::format("no row: {}", sql));
  return statement.integer(0);
}

Result<std::string> Database::query_text(std::string_view sql) {
  TRY_ASSIGN(auto statement, prepare(sql));
  TRY_ASSIGN(const bool found, statement.step());
  if (!found) return fail(ErrorCode::not_found, fmt::format("no row: {}", sql));
  return statement.string(0);
}

}  // namespace weft::storage

#pragma once

// SQLite with lifetimes and Results. The folder: database (this), migrate, writer (engine thread
// only), readers (read only, any thread), check, log_store, lock. It may use core and SQLite, it
// knows nothing of HTTP. A newcomer reads migrations/0001_initial.sql first, then this.

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/instant.h"
#include "base/result.h"

namespace weft::storage {

/// How long a statement waits for a lock that another connection holds.
constexpr int busy_timeout_ms = 5000;

/// The Error for a SQLite result code: `unavailable` for a full disk, I/O and locks (it may work
/// later), `internal` for the rest. A failed fsync ends the process: what was promised before can
/// no longer be trusted to be on disk. `doing` is what failed, e.g. "commit".
Error sqlite_error(sqlite3* db, int code, std::string_view doing);

/// A prepared statement. Bind (indexes from 1), step, read columns (from 0), reset. Not thread
/// safe. Bound text is not copied: it must live until the next step ends.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, int value) { return bind(index, std::int64_t{value}); }
  Statement& bind(int index, bool value) { return bind(index, std::int64_t{value}); }
  Statement& bind(int index, double value);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, const char* text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, const std::string& text) {
    return bind(index, std::string_view(text));
  }
  Statement& bind(int index, std::string&& text) = delete;  ///< it would not live long enough
  Statement& bind(int index, std::nullptr_t);
  Statement& bind(int index, Instant at) { return bind(index, to_micros(at)); }
  template <class Tag>
  Statement& bind(int index, StrongId<Tag> id) {
    return bind(index, id.value);
  }
  template <class T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind(index, nullptr);
  }
  /// Copies the text: for values that do not outlive the call.
  Statement& bind_copy(int index, std::string_view text);

  /// bind(1, first), bind(2, second) …
  template <class... Values>
  Statement& bind_all(Values&&... values) {
    int index = 0;
    (bind(++index, std::forward<Values>(values)), ...);
    return *this;
  }

  /// True: there is a row. False: done. After false or an error the statement is reset.
  Result<bool> step();
  /// For statements without rows: step and reset.
  Result<void> run();
  /// Calls `row(*this)` for each row.
  template <class Row>
  Result<void> each(Row&& row) {
    for (;;) {
      TRY_ASSIGN(const bool more, step());
      if (!more) return {};
      row(*this);
    }
  }
  /// Ends the statement; bindings stay.
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  /// Valid until the next step or reset.
  std::string_view text(int column) const;
  std::string string(int column) const { return std::string(text(column)); }
  bool boolean(int column) const { return integer(column) != 0; }
  Instant instant(int column) const { return from_micros(integer(column)); }
  std::optional<Instant> optional_instant(int column) const {
    return is_null(column) ? std::nullopt : std::optional(instant(column));
  }
  template <class Id>
  Id id(int column) const {
    return Id{integer(column)};
  }
  int column_count() const { return sqlite3_column_count(statement_.get()); }

  explicit operator bool() const { return statement_ != nullptr; }
  sqlite3_stmt* handle() const { return statement_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

enum class OpenMode { read_write_create, read_only };

/// One connection. Not thread safe; may move between threads when nobody else uses it.
class Database {
 public:
  /// `location` is a file's path or a `file:` URI. Errors: unavailable (cannot be opened, locked),
  /// internal (no database, damaged), each naming the file.
  static Result<Database> open(const std::string& location, OpenMode mode);

  /// Runs statements without parameters, separated by `;`.
  Result<void> exec(const std::string& sql);
  /// Kept for the life of the connection by its caller.
  Result<Statement> prepare(std::string_view sql);
  /// The first column of the first row. Errors: not_found when there is no row.
  Result<std::int64_t> query_integer(std::string_view sql);
  Result<std::string> query_text(std::string_view sql);

  /// Is a transaction open on this connection?
  bool in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }
  std::int64_t changes() const { return sqlite3_changes64(db_.get()); }
  Error error(int code, std::string_view doing) const {
    return sqlite_error(db_.get(), code, doing);
  }
  sqlite3* handle() const { return db_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  explicit Database(sqlite3* db) : db_(db) {}
  std::unique_ptr<sqlite3, Close> db_;
};

}  // namespace weft::storage

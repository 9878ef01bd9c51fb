#include "server/storage/readers.h"

#include "base/check.h"

namespace weft::storage {
namespace {

/// More distinct texts than the API has; beyond it (filters in all combinations) start anew.
constexpr std::size_t max_statements = 256;

}  // namespace

Statement& Reader::prepare(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    auto statement = database_.prepare(sql);
    WEFT_CHECK_MSG(statement.has_value(), statement ? "" : statement.error().message.c_str());
    found = statements_.emplace(std::string(sql), std::move(*statement)).first;
  }
  Statement& statement = found->second;
  statement.reset();
  sqlite3_clear_bindings(statement.handle());
  return statement;
}

Result<void> Reader::begin() {
  if (statements_.size() > max_statements) statements_.clear();
  return prepare("BEGIN").run();
}

void Reader::end() {
  for (auto& [sql, statement] : statements_) {
    if (sqlite3_stmt_busy(statement.handle())) statement.reset();
    sqlite3_clear_bindings(statement.handle());
  }
  // A read transaction has nothing to lose: if SQLite ended it already, this error says only so.
  (void)prepare("COMMIT").run();
}

Result<std::unique_ptr<Readers>> Readers::open(const std::string& location, std::size_t count) {
  WEFT_CHECK(count > 0);
  std::unique_ptr<Readers> readers(new Readers());
  for (std::size_t i = 0; i < count; ++i) {
    TRY_ASSIGN(auto database, Database::open(location, OpenMode::read_only));
    TRY(database.exec(
        "PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-8192"));
    // Releases before 3.51.3 may damage the file when two connections checkpoint at once, and the
    // last one to close checkpoints: only the writer may.
    sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    readers->all_.push_back(std::make_unique<Reader>(std::move(database)));
    readers->free_.push_back(readers->all_.back().get());
  }
  return readers;
}

Readers::~Readers() {
  const std::lock_guard lock(mutex_);
  WEFT_CHECK_MSG(free_.size() == all_.size(), "readers closed while one is in use");
}

Reader* Readers::take() {
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [this] { return !free_.empty(); });
  Reader* reader = free_.back();
  free_.pop_back();
  return reader;
}

void Readers::give_back(Reader* reader) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(reader);
  }
  freed_.notify_one();
}

}  // namespace weft::storage

#include "server/storage/writer.h"

#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <atomic>

#include "base/check.h"
#include "server/storage/migrate.h"

namespace weft::storage {
namespace {

constexpr std::int64_t page_bytes = 4096;
/// A log that is written over costs a third less per fsync than one that grows: short enough to
/// begin anew often, long enough that few commits wait for it.
constexpr std::int64_t checkpoint_at_bytes = 16 << 20;
constexpr std::int64_t idle_checkpoint_at_bytes = 1 << 20;
/// A small file is checked whole at open; a large one would hold up the start.
constexpr std::int64_t quick_check_up_to_pages = (16 << 20) / page_bytes;

std::string random_uuid() {
  std::array<unsigned char, 16> bytes{};
  WEFT_CHECK(getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

/// A name that further connections of this process, and only they, can open.
std::string memory_location() {
  static std::atomic<int> count{0};
  return fmt::format("file:/weft-{}-{}?vfs=memdb", getpid(), ++count);
}

Result<void> quick_check(Database& database, const std::string& path) {
  TRY_ASSIGN(const auto pages, database.query_integer("PRAGMA page_count"));
  if (pages > quick_check_up_to_pages) return {};
  TRY_ASSIGN(const auto found, database.query_text("PRAGMA quick_check(1)"));
  if (found == "ok") return {};
  return fail(ErrorCode::internal,
              fmt::format("database {} is damaged ({}): run `weft db check`, restore a backup",
                          path, found));
}

}  // namespace

Writer::Writer(Database database, std::string location)
    : location_(std::move(location)), database_(std::move(database)) {}

Writer::~Writer() {
  if (database_.in_transaction()) rollback();
}

Result<std::unique_ptr<Writer>> Writer::open(const std::string& path) {
  const bool is_file = path != ":memory:";
  std::string location = is_file ? path : memory_location();
  TRY_ASSIGN(auto database, Database::open(location, OpenMode::read_write_create));
  std::unique_ptr<Writer> writer(new Writer(std::move(database), std::move(location)));
  TRY(writer->set_up(is_file));
  return writer;
}

Result<void> Writer::set_up(bool is_file) {
  if (is_file) {
    TRY_ASSIGN(const auto mode, database_.query_text("PRAGMA journal_mode=WAL"));
    if (mode != "wal")
      return fail(ErrorCode::unavailable,
                  fmt::format("database {}: its file system has no write-ahead log (got \"{}\"): "
                              "put the data folder on a local disk",
                              location_, mode));
  }
  TRY(
      database_.exec(fmt::format("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; "
                                 "PRAGMA cache_size=-65536; PRAGMA journal_size_limit={}",
                                 checkpoint_at_bytes)));
  TRY(quick_check(database_, location_));
  TRY(migrate(database_));
  TRY(prepare_all());
  sqlite3_wal_hook(
      database_.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Writer*>(self)->wal_grew_to(pages);
        return SQLITE_OK;
      },
      this);
  TRY(load_audit_head());
  return load_database_id();
}

Result<void> Writer::load_audit_head() {
  Statement& newest = use(Sql::newest_audit_hash);
  TRY_ASSIGN(const bool found, newest.step());
  if (found) audit_head_ = newest.string(0);
  newest.reset();
  committed_audit_head_ = audit_head_;
  return {};
}

Result<void> Writer::prepare_all() {
  const auto& texts = writer_sql();
  for (std::size_t i = 0; i < sql_count; ++i) {
    TRY_ASSIGN(statements_[i], database_.prepare(texts[i]));
  }
  TRY_ASSIGN(begin_, database_.prepare("BEGIN IMMEDIATE"));
  TRY_ASSIGN(commit_, database_.prepare("COMMIT"));
  return {};
}

Result<void> Writer::load_database_id() {
  TRY_ASSIGN(auto make, database_.prepare("INSERT INTO meta (key, value) VALUES ('database_id', ?) "
                                          "ON CONFLICT (key) DO NOTHING"));
  const std::string fresh = random_uuid();
  TRY(make.bind(1, fresh).run());
  TRY_ASSIGN(database_id_, database_.query_text("SELECT value FROM meta WHERE key='database_id'"));
  return {};
}

void Writer::begin() {
  WEFT_CHECK(!database_.in_transaction());
  failed_read_.reset();
}

Result<void> Writer::ensure_transaction() {
  return database_.in_transaction() ? Result<void>() : begin_.run();
}

Result<void> Writer::write(const Change& change) {
  TRY(ensure_transaction());
  return std::visit([this](const auto& row) { return put(row); }, change);
}

Result<void> Writer::commit() {
  if (failed_read_) return tl::unexpected(*failed_read_);
  if (!database_.in_transaction()) return {};
  TRY(commit_.run());
  committed_audit_head_ = audit_head_;
  return {};
}

void Writer::rollback() {
  failed_read_.reset();
  audit_head_ = committed_audit_head_;
  for (auto& statement : statements_) statement.reset();
  if (database_.in_transaction()) (void)database_.exec("ROLLBACK");
  WEFT_CHECK_MSG(!database_.in_transaction(), "a transaction cannot be rolled back");
}

Result<void> Writer::probe() {
  return database_.exec("INSERT OR REPLACE INTO meta VALUES ('probe', strftime('%s','now'))");
}

void Writer::wal_grew_to(int pages) {
  wal_pages_ = pages;
  if (pages < checkpointed_pages_) checkpointed_pages_ = 0;  // it began anew
}

Result<void> Writer::checkpoint_if_due(bool idle) {
  const std::int64_t waiting = (wal_pages_ - checkpointed_pages_) * page_bytes;
  if (waiting < (idle ? idle_checkpoint_at_bytes : checkpoint_at_bytes)) return {};
  // The log begins anew at the first write that no reader of it sees. If there was always one,
  // make the next readers wait for a moment.
  const bool too_long = wal_pages_ * page_bytes >= 4 * checkpoint_at_bytes;
  const int mode = too_long ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
  // It waits for readers: not as long as a write waits for another program.
  sqlite3_busy_timeout(database_.handle(), 200);
  const int code = sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, mode, nullptr, nullptr);
  sqlite3_busy_timeout(database_.handle(), busy_timeout_ms);
  // Also after a failure: the next try comes when the log has grown as much again.
  checkpointed_pages_ = wal_pages_;
  if (code != SQLITE_OK && code != SQLITE_BUSY)
    return tl::unexpected(database_.error(code, "checkpoint"));
  return {};
}

}  // namespace weft::storage

#include "server/storage/backup.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "server/storage/check.h"
#include "server/storage/data_lock.h"
#include "server/storage/database.h"
#include "server/storage/file.h"
#include "server/storage/migrate.h"

namespace weft::storage {
namespace {

namespace fs = std::filesystem;

/// More than a server gives out between a backup and the loss of what came after.
constexpr std::int64_t lost_ids = 1'000'000;

/// Goes with its scope, unless it has got its name.
class Unfinished {
 public:
  explicit Unfinished(std::string path) : path_(std::move(path)) { remove(); }
  ~Unfinished() { remove(); }
  Unfinished(const Unfinished&) = delete;
  const std::string& path() const { return path_; }

  /// On disk, under its name.
  Result<void> finish(const std::string& name) const {
    TRY_ASSIGN(const auto file, File::open(path_, O_RDWR));
    if (file) TRY(file->sync());
    TRY(rename_file(path_, name));
    return sync_folder_of(name);
  }

 private:
  void remove() const {
    for (const char* beside : {"", "-journal", "-wal", "-shm"}) remove_file(path_ + beside);
  }

  std::string path_;
};

bool is_there(const std::string& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

/// Of one moment: in one step, as one of many would begin anew at each commit and never end.
Result<void> copy(Database& from, Database& to) {
  sqlite3_backup* backup = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (backup == nullptr) return tl::make_unexpected(to.error(SQLITE_ERROR, "starting the copy"));
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE)
    return tl::make_unexpected(to.error(finished == SQLITE_OK ? stepped : finished, "copying"));
  return {};
}

/// `what` names the file that it came from.
Result<void> check_copy(Database& database, const std::string& what) {
  TRY_ASSIGN(const CheckReport report, check(database));
  if (report.problems.empty()) return {};
  return fail(ErrorCode::internal, fmt::format("{} is damaged ({} problems): {}", what,
                                               report.problems.size(), report.problems.front()));
}

Result<void> leave_ids_out(Database& database) {
  return database.exec(fmt::format(
      "UPDATE retired_ids SET run = max(run, (SELECT ifnull(max(id), 0) FROM run)) + {0}, "
      "instance = max(instance, (SELECT ifnull(max(id), 0) FROM task_instance)) + {0}, "
      "attempt = max(attempt, (SELECT ifnull(max(id), 0) FROM attempt)) + {0}",
      lost_ids));
}

/// What SQLite would play into the file of that name when it opens it.
constexpr const char* logs_beside[] = {"-wal", "-journal"};

bool is_free(const std::string& path) {
  return !is_there(path) && std::none_of(std::begin(logs_beside), std::end(logs_beside),
                                         [&](const char* log) { return is_there(path + log); });
}

/// The file, and what of it is not yet in it; "" when there is no file. The logs go first, also
/// those that lie there alone, after a restore that died or a file that somebody deleted: beside
/// the restored file they would be played into it.
Result<std::string> put_aside(const std::string& path) {
  std::string aside = path + ".before-restore";
  for (int i = 2; !is_free(aside); ++i) aside = fmt::format("{}.before-restore-{}", path, i);
  for (const char* log : logs_beside)
    if (is_there(path + log)) TRY(rename_file(path + log, aside + log));
  remove_file(path + "-shm");
  TRY(sync_folder_of(path));
  if (!is_there(path)) return std::string();
  TRY(rename_file(path, aside));
  return aside;
}

}  // namespace

Result<std::int64_t> back_up(const std::string& data, const std::string& target) {
  TRY_ASSIGN(const std::string path, existing_database(data));
  if (is_there(target))
    return fail(ErrorCode::conflict, target + " is there already: give the backup another name");
  TRY_ASSIGN(Database from, Database::open(path, OpenMode::read_only));
  const Unfinished unfinished(target + ".unfinished");
  {
    TRY_ASSIGN(Database to, Database::open(unfinished.path(), OpenMode::read_write_create));
    TRY(copy(from, to));
    // One file, with nothing beside it that could be forgotten.
    TRY(to.exec("PRAGMA journal_mode = DELETE"));
    TRY(check_copy(to, "the copy of " + path));
  }
  TRY(unfinished.finish(target));
  std::error_code error;
  return static_cast<std::int64_t>(fs::file_size(target, error));
}

Result<RestoreReport> restore(const std::string& data, const std::string& source) {
  if (!is_there(source)) return fail(ErrorCode::not_found, "there is no file " + source);
  TRY_ASSIGN(const DataLock lock, DataLock::acquire(data));
  const std::string path = database_path(data);
  TRY_ASSIGN(Database from, Database::open(source, OpenMode::read_only));
  const Unfinished unfinished(path + ".unfinished");
  {
    TRY_ASSIGN(Database to, Database::open(unfinished.path(), OpenMode::read_write_create));
    TRY(copy(from, to));
    TRY(to.exec("PRAGMA journal_mode = DELETE"));
    TRY(migrate(to));
    TRY(check_copy(to, source));
    TRY(leave_ids_out(to));
  }
  RestoreReport report;
  TRY_ASSIGN(report.replaced, put_aside(path));
  TRY(unfinished.finish(path));
  return report;
}

}  // namespace weft::storage

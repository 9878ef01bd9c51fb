#include "tests/unit/storage/faulty_vfs.h"

#include <sqlite3.h>

#include <array>
#include <atomic>
#include <cstdlib>

namespace weft::test {
namespace {

std::atomic<bool> full{false};
std::atomic<bool> io_error{false};
std::atomic<bool> sync_error{false};
std::atomic<int> sync_count{0};
sqlite3_vfs* real = nullptr;
sqlite3_vfs faulty{};

/// SQLite has one set of methods per kind of file; ours starts with the changed copy, so that a
/// file's pMethods leads back to the real one.
struct Methods {
  sqlite3_io_methods changed{};
  const sqlite3_io_methods* real = nullptr;
};
std::array<Methods, 8> all_methods;

const sqlite3_io_methods& real_methods(sqlite3_file* file) {
  return *reinterpret_cast<const Methods*>(file->pMethods)->real;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (full) return SQLITE_FULL;
  if (io_error) return SQLITE_IOERR_WRITE;
  return real_methods(file).xWrite(file, data, size, offset);
}

int sync(sqlite3_file* file, int flags) {
  ++sync_count;
  if (sync_error) return SQLITE_IOERR_FSYNC;
  return real_methods(file).xSync(file, flags);
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = real->xOpen(real, name, file, flags, out_flags);
  if (code != SQLITE_OK || file->pMethods == nullptr) return code;
  for (Methods& methods : all_methods) {
    if (methods.real != nullptr && methods.real != file->pMethods) continue;
    methods.real = file->pMethods;
    methods.changed = *methods.real;
    methods.changed.xWrite = write;
    methods.changed.xSync = sync;
    file->pMethods = &methods.changed;
    return SQLITE_OK;
  }
  std::abort();  // more kinds of files than SQLite has
}

}  // namespace

FaultyVfs::FaultyVfs() {
  real = sqlite3_vfs_find("unix");
  faulty = *real;
  faulty.zName = "faulty";
  faulty.pNext = nullptr;
  faulty.xOpen = open;
  sqlite3_vfs_register(&faulty, 1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&faulty);
  sqlite3_vfs_register(real, 1);
  full = io_error = sync_error = false;
}

void FaultyVfs::disk_full(bool is) {
  full = is;
}
void FaultyVfs::broken(bool is) {
  io_error = is;
}
void FaultyVfs::syncs_fail(bool is) {
  sync_error = is;
}
int FaultyVfs::syncs() const {
  return sync_count;
}

}  // namespace weft::test

#pragma once

#include <string>

#include "base/result.h"

namespace weft::storage {

/// Holds a data folder for this process: the file `lock` in it, locked by flock, so that it is
/// free again whenever and however the process ends.
class DataLock {
 public:
  /// Makes the folder (mode 0700) if it is missing. Errors: conflict naming the process that holds
  /// it, unavailable when the folder can't be made or written.
  static Result<DataLock> acquire(const std::string& folder);

  DataLock(DataLock&& other) noexcept;
  DataLock& operator=(DataLock&& other) noexcept;
  ~DataLock();

 private:
  explicit DataLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

/// Where the database stands in a data folder.
std::string database_path(const std::string& folder);
/// The same where there is one. Errors: not_found, naming the place and the option.
Result<std::string> existing_database(const std::string& folder);

}  // namespace weft::storage

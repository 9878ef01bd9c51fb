#pragma once

// Read-only connections for everything that asks and never changes: API, dispatch, event streams.
// A read sees one committed state and costs the writer nothing.

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "server/storage/database.h"

namespace weft::storage {

/// One connection inside of Readers::with. Not thread safe; not to be kept after the call.
class Reader {
 public:
  explicit Reader(Database database) : database_(std::move(database)) {}

  /// A statement that is compiled once per connection; it is reset and has no bindings. Valid for
  /// the length of the `with` call. An error in `sql` is a bug of ours and ends the process.
  Statement& prepare(std::string_view sql);

  Database& database() { return database_; }

 private:
  friend class Readers;
  Result<void> begin();
  void end();

  Database database_;
  std::map<std::string, Statement, std::less<>> statements_;
};

/// A pool of readers. Thread safe.
class Readers {
 public:
  /// `location` is Writer::location(): the writer has made and migrated the database before.
  static Result<std::unique_ptr<Readers>> open(const std::string& location, std::size_t count);
  ~Readers();

  /// Runs f(Reader&) inside one read transaction, blocking until a connection is free. f returns
  /// Result<…> and may not call `with` itself. Errors: f's, and unavailable when the read
  /// transaction cannot begin.
  template <class F>
  auto with(F&& f) -> std::invoke_result_t<F, Reader&> {
    const Lease lease(*this);
    TRY(lease.reader->begin());
    const Ending ending{*lease.reader};
    return std::forward<F>(f)(*lease.reader);
  }

 private:
  struct Lease {
    explicit Lease(Readers& readers) : owner(readers), reader(readers.take()) {}
    ~Lease() { owner.give_back(reader); }
    Lease(const Lease&) = delete;
    Readers& owner;
    Reader* reader;
  };
  struct Ending {
    ~Ending() { reader.end(); }
    Reader& reader;
  };

  Readers() = default;
  Reader* take();
  void give_back(Reader* reader);

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Reader>> all_;
  std::vector<Reader*> free_;
};

}  // namespace weft::storage

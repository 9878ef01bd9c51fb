#pragma once

// A server that speaks the worker protocol and lets a test decide what it answers. Threads and
// blocking sockets: slow, simple, and nothing of the real server in it.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "proto/wire/worker.h"

namespace weft::worker {

class FakeServer {
 public:
  FakeServer();
  ~FakeServer();

  std::string url() const;
  const std::string token = "weft_secret";

  /// Grants a lease; the next call gets it.
  void lease(wire::Lease lease);
  void cancel(std::int64_t attempt);
  /// Connections are closed without an answer while down.
  void set_down(bool down);
  /// Every call is answered with this status (0 = as usual).
  void set_status(int status);
  /// Parts of logs are answered with this status and a page that is no problem (0 = as usual).
  void set_log_status(int status);
  /// Calls of results are neither recorded nor answered while held.
  void hold_results(bool hold);
  /// The session is unknown until it registers again.
  void forget_sessions();
  void set_lease_ms(std::int64_t lease_ms);
  void set_database(const std::string& id);
  /// Who registers with the token gets this key, with which alone all else is called; "": the key
  /// is taken no more.
  void set_key(const std::string& key);
  /// Nobody joins any more.
  void spend_token();

  /// What came so far.
  struct Record {
    std::vector<wire::RegisterRequest> registrations;
    std::vector<std::string> registered_with;  ///< the token of each
    std::vector<wire::SyncRequest> syncs;
    std::map<std::int64_t, wire::AttemptResult> results;
    std::map<std::int64_t, std::string> result_sessions;
    std::map<std::int64_t, std::int64_t> started;
    std::map<std::int64_t, std::string> logs;
    std::set<std::int64_t> held_results;  ///< came while results were held
    int calls = 0;
    int results_calls = 0;
    int log_calls = 0;
  };
  /// A copy: the server's threads go on writing.
  Record record();
  /// Waits, under the lock, until `done(record)`; false after 30 s.
  bool wait(const std::function<bool(Record&)>& done);

 private:
  struct Impl;
  struct Answer {
    int status = 200;
    std::string body;
  };
  Answer handle(const std::string& method, const std::string& target, const std::string& token,
                const std::string& body);
  bool takes(const std::string& shown, bool is_register) const;
  Answer on_register(const std::string& body, const std::string& shown);
  Answer on_sync(const std::string& body, std::unique_lock<std::mutex>& lock);
  Answer on_results(const std::string& body, std::unique_lock<std::mutex>& lock);
  Answer on_log(const std::string& target, const std::string& body);
  std::vector<wire::Lease> unacked(std::int64_t acked) const;

  friend struct Impl;
  std::mutex mutex_;
  Record record_;
  std::condition_variable changed_;
  std::map<std::int64_t, wire::Lease> leases_;
  std::vector<std::int64_t> cancels_;
  std::string session_, key_;
  bool has_keys_ = false, is_spent_ = false;
  std::string database_ = "db-1";
  std::int64_t lease_ms_ = 60'000;
  std::int64_t last_lease_ = 0;
  int status_ = 0;
  int log_status_ = 0;
  bool down_ = false;
  bool holding_ = false;
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::worker

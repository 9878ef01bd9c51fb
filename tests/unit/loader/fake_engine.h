#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "server/loader/delivery.h"
#include "server/loader/loader.h"

namespace weft::test {

/// Answers at once, as the scheduler would, and remembers what it was told.
class FakeEngine final : public Engine {
 public:
  void post(Command command, Reply reply) override { reply(answer(command)); }
  Result<Answer> call(Command command) override { return answer(command); }
  bool ask(Question) override { return false; }
  Result<void> write(const Write&) override {
    return weft::fail(ErrorCode::unavailable, "not here");
  }
  void stop() override {}

  /// From now on everything is answered `unavailable`, or no more.
  void fail(bool on) {
    const std::lock_guard lock(mutex_);
    failing_ = on;
  }

  std::map<BundleFile, std::shared_ptr<const Dag>> dags;
  std::map<BundleFile, std::string> errors, findings;
  std::vector<std::string> log;  ///< "put a.dag.json" …
  std::mutex mutex_;

 private:
  Result<Answer> answer(const Command& command) {
    const std::lock_guard lock(mutex_);
    if (failing_) return weft::fail(ErrorCode::unavailable, "it rains");
    if (const auto* put = std::get_if<PutDag>(&command)) return take(*put);
    if (const auto* error = std::get_if<PutImportError>(&command)) {
      log.push_back("error " + error->path);
      errors[{error->bundle, error->path}] = error->stack_trace;
      findings[{error->bundle, error->path}] = error->findings;
    }
    if (const auto* removed = std::get_if<RemoveDagFile>(&command)) {
      log.push_back("remove " + removed->path);
      dags.erase({removed->bundle, removed->path});
      errors.erase({removed->bundle, removed->path});
    }
    return Done{};
  }

  Result<Answer> take(const PutDag& put) {
    for (const auto& [file, dag] : dags)
      if (dag->id == put.dag->id && file != BundleFile{put.bundle, put.path})
        return weft::fail(ErrorCode::conflict, "dag_id is already defined by " + file.second);
    log.push_back("put " + put.path);
    dags[{put.bundle, put.path}] = put.dag;
    errors.erase({put.bundle, put.path});
    return DagAnswer{};
  }

  bool failing_ = false;
};

}  // namespace weft::test

#include "server/loader/delivery.h"

#include "server/loader/findings.h"

namespace weft {

void Delivery::put(const BundleFile& file, std::shared_ptr<const Dag> dag) {
  const auto known = delivered_.find(file);
  if (known != delivered_.end() && known->second == dag->hash && !errors_.contains(file)) return;
  forget(file);
  delivered_[file] = dag->hash;
  const std::string dag_id = dag->id;
  post(file, dag_id, PutDag{file.first, file.second, std::move(dag)});
}

void Delivery::put_error(const BundleFile& file, const std::string& dag_id,
                         const FileErrors& errors) {
  const auto known = errors_.find(file);
  if (known != errors_.end() && known->second == errors) return;
  forget(file);
  errors_[file] = errors;
  post(file, dag_id,
       PutImportError{file.first, file.second, dag_id, errors.lines, errors.findings});
}

void Delivery::remove(const BundleFile& file) {
  forget(file);
  post(file, {}, RemoveDagFile{file.first, file.second});
}

void Delivery::forget(const BundleFile& file) {
  delivered_.erase(file);
  errors_.erase(file);
  conflicts_.erase(file);
  undelivered_.erase(file);
}

void Delivery::post(const BundleFile& file, const std::string& dag_id, Command command) {
  wait_until_below(window_);
  {
    const std::lock_guard lock(mutex_);
    ++waiting_;
  }
  const bool is_dag = std::holds_alternative<PutDag>(command);
  engine_.post(std::move(command), [this, file, dag_id, is_dag](Result<Answer> answer) {
    // Notified under the lock: after the last answer this object may end.
    const std::lock_guard lock(mutex_);
    --waiting_;
    if (!answer) refused_.push_back({file, dag_id, is_dag, std::move(answer).error()});
    answered_.notify_one();
  });
}

void Delivery::wait_until_below(std::size_t limit) {
  std::unique_lock lock(mutex_);
  answered_.wait(lock, [&] { return waiting_ < limit; });
}

void Delivery::settle() {
  for (;;) {
    wait_until_below(1);
    std::vector<Answered> refused;
    {
      const std::lock_guard lock(mutex_);
      refused.swap(refused_);
    }
    if (refused.empty()) return;
    for (const Answered& answer : refused) {
      forget(answer.file);
      if (!answer.was_dag || answer.error.code == ErrorCode::unavailable) {
        undelivered_.insert(answer.file);
        continue;
      }
      const Diagnostic refusal{.file = answer.file.second, .message = answer.error.message};
      put_error(answer.file, answer.dag_id,
                {refusal.to_string() + "\n", findings_json({refusal}, {})});
      errors_.erase(answer.file);
      conflicts_.insert(answer.file);
    }
  }
}

std::set<BundleFile> Delivery::take_undelivered() {
  return std::exchange(undelivered_, {});
}

std::set<BundleFile> Delivery::take_conflicting() {
  return std::exchange(conflicts_, {});
}

}  // namespace weft

#include "server/daemon/retention.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "server/storage/log_sweep.h"
#include "server/storage/queries/old_runs.h"
#include "server/storage/writer.h"

namespace weft::daemon {
namespace {

/// The start has other work.
constexpr std::chrono::seconds first_pause{60};
constexpr std::chrono::hours pause{1};
/// A million events an hour: more than are made.
constexpr int event_batches = 1000;

}  // namespace

Retention::Retention(RetentionSettings settings, Engine& engine, storage::Readers& readers,
                     std::string log_root, Clock& clock)
    : settings_(settings),
      engine_(engine),
      readers_(readers),
      log_root_(std::move(log_root)),
      clock_(clock) {}

Retention::~Retention() {
  stop();
}

void Retention::start() {
  thread_ = std::thread([this] { loop(); });
}

void Retention::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Retention::is_stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Retention::loop() {
  std::chrono::seconds wait = first_pause;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (stopped_.wait_for(lock, wait, [this] { return stopping_; })) return;
    }
    wait = pause;
    const auto done = pass();
    if (!done) {
      spdlog::warn("retention: {}; the next try is in an hour", done.error().message);
    } else if (done->dags + done->events + done->logs > 0) {
      spdlog::info(
          "retention: old runs of {} DAGs are being deleted; {} events and the logs of {} runs are "
          "gone",
          done->dags, done->events, done->logs);
    }
  }
}

Result<Retention::Report> Retention::pass() {
  Report report;
  if (settings_.runs) {
    TRY_ASSIGN(report.dags, forget_runs(*settings_.runs));
  }
  if (settings_.events) {
    TRY_ASSIGN(report.events, forget_events(*settings_.events));
  }
  TRY_ASSIGN(report.logs, sweep_logs());
  return report;
}

Result<std::int64_t> Retention::forget_runs(Duration age) {
  const Instant before = clock_.now().wall - age;
  TRY_ASSIGN(const auto dags, readers_.with([&](storage::Reader& reader) {
    return storage::old_runs(reader, before, settings_.keep_last);
  }));
  std::int64_t begun = 0;
  for (const auto& [dag_id, last] : dags) {
    if (is_stopping()) break;
    const auto done = engine_.call(DeleteRuns{dag_id, last, before, "retention"});
    // It may have been deleted meanwhile.
    if (!done && done.error().code != ErrorCode::not_found)
      return tl::make_unexpected(done.error());
    begun += done ? 1 : 0;
  }
  return begun;
}

Result<std::int64_t> Retention::forget_events(Duration age) {
  std::int64_t all = 0;
  for (int i = 0; i < event_batches && !is_stopping(); ++i) {
    std::int64_t some = 0;
    TRY(engine_.write([&](storage::Writer& writer, Now now) -> Result<void> {
      TRY_ASSIGN(some, writer.forget_events(now.wall - age));
      return {};
    }));
    if (some == 0) break;
    all += some;
  }
  return all;
}

Result<std::int64_t> Retention::sweep_logs() {
  return storage::sweep_logs(log_root_, [this](DagKey dag, const std::vector<RunId>& runs) {
    return readers_.with(
        [&](storage::Reader& reader) { return storage::deleted_runs(reader, dag, runs); });
  });
}

}  // namespace weft::daemon

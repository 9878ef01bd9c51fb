#include "server/daemon/retention.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "server/storage/log_sweep.h"
#include "server/storage/queries/old_runs.h"
#include "server/storage/writer.h"

namespace weft::daemon {
namespace {

/// The start has other work.
constexpr Duration first_pause = std::chrono::minutes(1), pause = std::chrono::hours(1);
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
  passes_.emplace(first_pause, pause, [this] { pass_and_tell(); });
}

void Retention::stop() {
  stopping_ = true;
  passes_.reset();
}

void Retention::pass_and_tell() {
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
    if (stopping_) break;
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
  for (int i = 0; i < event_batches && !stopping_; ++i) {
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

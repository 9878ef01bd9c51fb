#include "server/engine/engine_core.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "server/engine/reply.h"
#include "server/storage/writer.h"

namespace weft {
namespace {

constexpr Duration first_backoff = std::chrono::milliseconds(100);
constexpr Duration longest_backoff = std::chrono::seconds(5);

}  // namespace

EngineCore::EngineCore(EngineOptions options, storage::Writer& writer, Engine::EffectSink effects,
                       Engine::CommitSink committed)
    : options_(options),
      writer_(writer),
      effects_(std::move(effects)),
      committed_(std::move(committed)) {}

Result<void> EngineCore::build(Now now) {
  TRY_ASSIGN(auto snapshot, writer_.load_snapshot());
  options_.stats->begin_with(snapshot);
  try {
    scheduler_ = std::make_unique<Scheduler>(options_.scheduler, writer_, std::move(snapshot), now);
  } catch (const std::exception& exception) {
    return fail(ErrorCode::internal, exception.what());
  }
  return {};
}

void EngineCore::run(std::vector<PostedCommand>& commands, bool fire_timers, Now now) {
  std::size_t next = 0;
  bool fire = fire_timers;
  while (next < commands.size() || fire) {
    const std::size_t end = std::min(commands.size(), next + options_.max_batch);
    const bool is_last = end == commands.size();
    const auto fill = [&](Outcome& outcome) -> Result<void> {
      Result<void> written;
      for (; next < end && written; ++next)
        written = apply(commands[next].command, std::exchange(commands[next].reply, nullptr),
                        outcome, now);
      // A slice of large work takes a while: what the commands let out doesn't wait for it.
      const bool apart = !outcome.effects.empty() && scheduler_->has_postponed_work();
      if (!written || !is_last || !fire || apart) return written;
      fire = false;
      return apply(FireTimers{}, nullptr, outcome, now);
    };
    if (!run_batch(fill, now)) return refuse(commands, next);
  }
  commands.clear();
}

/// Applies a command and writes what came of it; the reply waits in `outcome`.
Result<void> EngineCore::apply(const Command& command, Engine::Reply reply, Outcome& outcome,
                               Now now) {
  outcome.replies.emplace_back(std::move(reply), Done{});
  Applied applied = scheduler_->apply(command, now);
  if (observer_) observer_(command, applied);
  for (const Change& row : applied.changes.rows) {
    TRY(writer_.write(row));
    if (const auto* event = std::get_if<EventRow>(&row)) outcome.tally.note(*event);
  }
  outcome.changed_rows |= !applied.changes.rows.empty();
  std::move(applied.changes.effects.begin(), applied.changes.effects.end(),
            std::back_inserter(outcome.effects));
  outcome.replies.back().second = std::move(applied.answer);
  return {};
}

/// One transaction. False: it failed, nothing of it happened, and the scheduler is gone.
template <class Fill>
bool EngineCore::run_batch(Fill fill, Now now) {
  Outcome outcome;
  Result<void> done;
  writer_.begin();
  try {
    done = fill(outcome);
    if (done) done = commit(outcome);
  } catch (const std::exception& exception) {
    done = fail(ErrorCode::internal, exception.what());
  }
  if (!done) {
    fail_batch(done.error(), outcome, now);
    return false;
  }
  release(outcome);
  return true;
}

Result<void> EngineCore::commit(const Outcome& outcome) {
  TRY(commit(outcome.changed_rows));
  EngineStats& stats = *options_.stats;
  stats.commands.add(outcome.replies.size());
  if (outcome.changed_rows) stats.add(outcome.tally);
  return {};
}

Result<void> EngineCore::commit(bool has_changed) {
  EngineStats& stats = *options_.stats;
  const auto begun = std::chrono::steady_clock::now();
  TRY(writer_.commit());
  if (!has_changed) return {};
  stats.commits.add();
  stats.commit_took.observe(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begun));
  return {};
}

Result<void> EngineCore::write(const Engine::Write& write, Now now) {
  writer_.begin();
  auto done = write(writer_, now);
  const bool is_refused = !done;
  if (done) done = commit(true);
  if (!done) {
    writer_.rollback();
    if (is_refused) return done;
    options_.stats->failed_batches.add();
    return tl::unexpected(unavailable("not stored, try again: " + done.error().message));
  }
  if (committed_) committed_();
  return {};
}

/// Committed: now it may be known.
void EngineCore::release(Outcome& outcome) {
  backoff_ = {};
  if (!outcome.effects.empty() && effects_) effects_(std::move(outcome.effects));
  if (outcome.changed_rows && committed_) committed_();
  for (auto& [reply, answer] : outcome.replies) send(reply, std::move(answer));
  if (auto moved = writer_.checkpoint_if_due(false); !moved)
    spdlog::warn("{}", moved.error().message);
}

void EngineCore::fail_batch(const Error& error, Outcome& outcome, Now now) {
  spdlog::error("a batch of {} commands was rolled back, its state is rebuilt: {}",
                outcome.replies.size(), error.message);
  writer_.rollback();
  options_.stats->failed_batches.add();
  scheduler_.reset();
  for (auto& [reply, answer] : outcome.replies)
    send(reply, tl::unexpected(unavailable("not stored, try again: " + error.message)));
  // The first rebuild comes at once: a passing error costs nobody more than its batch.
  if (backoff_ == Duration{}) {
    backoff_ = first_backoff;
    retry_at_ = now.steady;
  } else {
    retry_at_ = now.steady + backoff_;
    backoff_ = std::min(backoff_ * 2, longest_backoff);
  }
}

void EngineCore::refuse(std::vector<PostedCommand>& commands, std::size_t from) {
  for (std::size_t i = from; i < commands.size(); ++i)
    send(commands[i].reply,
         tl::unexpected(unavailable("the storage has failed and is being tried again")));
  commands.clear();
}

void EngineCore::try_to_recover(Now now) {
  if (now.steady < retry_at_) return;
  auto done = writer_.probe();
  if (done) done = build(now);
  if (done) {
    spdlog::info("the storage works again, the state is rebuilt");
    return;
  }
  spdlog::warn("still not stored: {}", done.error().message);
  backoff_ = std::clamp(backoff_ * 2, first_backoff, longest_backoff);
  retry_at_ = now.steady + backoff_;
}

}  // namespace weft

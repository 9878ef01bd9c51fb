#include "server/engine/engine_thread.h"

#include <spdlog/spdlog.h>

#include <future>
#include <utility>

#include "base/check.h"
#include "server/storage/writer.h"

namespace weft {
namespace {

/// Also the longest sleep: a deadline by the wall clock may come nearer while we wait.
constexpr Duration longest_wait = std::chrono::seconds(1);
constexpr Duration first_backoff = std::chrono::milliseconds(100);
constexpr Duration longest_backoff = std::chrono::seconds(5);

Error unavailable(std::string message) {
  return {ErrorCode::unavailable, std::move(message)};
}

void send(const Engine::Reply& reply, Result<Answer> answer) {
  if (reply) reply(std::move(answer));
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::start(EngineOptions options, storage::Writer& writer,
                                              Clock& clock, EffectSink effects,
                                              CommitSink committed) {
  auto engine = std::make_unique<EngineThread>(std::move(options), writer, clock,
                                               std::move(effects), std::move(committed));
  TRY(engine->begin());
  return engine;
}

EngineThread::EngineThread(EngineOptions options, storage::Writer& writer, Clock& clock,
                           EffectSink effects, CommitSink committed)
    : options_(std::move(options)),
      writer_(writer),
      clock_(clock),
      effects_(std::move(effects)),
      committed_(std::move(committed)),
      inbox_(options_.max_inbox) {}

EngineThread::~EngineThread() {
  stop();
}

Result<void> EngineThread::begin() {
  now_ = clock_.read(Duration{});
  TRY(build());
  thread_ = std::thread([this] { loop(); });
  return {};
}

// --- any thread ---

void EngineThread::post(Command command, Reply reply) {
  PostedCommand posted{std::move(command), std::move(reply)};
  switch (inbox_.push(posted)) {
    case Inbox::Pushed::yes: return;
    case Inbox::Pushed::full:
      return send(posted.reply,
                  tl::unexpected(unavailable("the server is overloaded: try again in a second")));
    case Inbox::Pushed::closed:
      return send(posted.reply, tl::unexpected(unavailable("the server is stopping")));
  }
}

Result<Answer> EngineThread::call(Command command) {
  WEFT_CHECK_MSG(std::this_thread::get_id() != thread_.get_id(), "call from the engine thread");
  std::promise<Result<Answer>> promise;
  auto future = promise.get_future();
  post(std::move(command), [&](Result<Answer> answer) { promise.set_value(std::move(answer)); });
  return future.get();
}

bool EngineThread::ask(Question question) {
  WEFT_CHECK_MSG(std::this_thread::get_id() != thread_.get_id(), "ask from the engine thread");
  return inbox_.ask(question);
}

void EngineThread::stop() {
  std::call_once(stopped_, [this] {
    inbox_.close();
    if (thread_.joinable()) thread_.join();
  });
}

// --- the engine thread ---

void EngineThread::loop() {
  while (!ended_) turn();
}

Duration EngineThread::time_to_deadline() const {
  if (!scheduler_) return std::clamp(retry_at_ - now_.steady, Duration{1}, longest_wait);
  const Deadline deadline = scheduler_->next_deadline();
  Duration wait = longest_wait;
  if (deadline.steady) wait = std::min(wait, *deadline.steady - now_.steady);
  if (deadline.wall) wait = std::min(wait, *deadline.wall - now_.wall);
  return std::max(wait, Duration{});
}

bool EngineThread::timers_are_due() const {
  return scheduler_ != nullptr && time_to_deadline() <= Duration{};
}

void EngineThread::turn() {
  planned_wait_ = time_to_deadline();
  inbox_.take(planned_wait_, taken_);
  // Read after the wait and for the whole turn: all that arrived before this moment, so every
  // renewal of a lease, is applied before the timers fire at it.
  now_ = clock_.read(planned_wait_);
  const bool idle = taken_.commands.empty() && taken_.questions.empty() && !taken_.closed;
  if (taken_.closed) return shut_down();
  if (!scheduler_) {
    refuse(taken_.commands, 0);
    try_to_recover();
  } else {
    run_commands(taken_.commands, timers_are_due());
  }
  answer_questions();
  if (idle && !timers_are_due())
    if (auto done = writer_.checkpoint_if_due(true); !done)
      spdlog::warn("{}", done.error().message);
}

void EngineThread::answer_questions() {
  if (scheduler_)
    for (const AskedQuestion* asked : taken_.questions) (*asked->question)(*scheduler_, now_);
  inbox_.answer(taken_.questions, scheduler_ != nullptr);
  taken_.questions.clear();
}

void EngineThread::run_commands(Commands& commands, bool timers_follow) {
  std::size_t next = 0;
  bool fire = timers_follow;
  while (next < commands.size() || fire) {
    const std::size_t end = std::min(commands.size(), next + options_.max_batch);
    const bool is_last = end == commands.size();
    const bool done = run_batch([&](Outcome& outcome) -> Result<void> {
      Result<void> written;
      for (; next < end && written; ++next)
        written =
            apply(commands[next].command, std::exchange(commands[next].reply, nullptr), outcome);
      if (written && is_last && fire) written = apply(FireTimers{}, nullptr, outcome);
      return written;
    });
    if (is_last) fire = false;
    if (!done) {
      refuse(commands, next);
      return;
    }
  }
  commands.clear();
}

/// Applies a command and writes what came of it; the reply waits in `outcome`.
Result<void> EngineThread::apply(const Command& command, Reply reply, Outcome& outcome) {
  outcome.replies.emplace_back(std::move(reply), Done{});
  Applied applied = scheduler_->apply(command, now_);
  for (const Change& row : applied.changes.rows) TRY(writer_.write(row));
  outcome.changed_rows |= !applied.changes.rows.empty();
  std::move(applied.changes.effects.begin(), applied.changes.effects.end(),
            std::back_inserter(outcome.effects));
  outcome.replies.back().second = std::move(applied.answer);
  return {};
}

/// One transaction. False: it failed, nothing of it happened, and the scheduler is gone.
template <class Fill>
bool EngineThread::run_batch(Fill fill) {
  Outcome outcome;
  Result<void> done;
  writer_.begin();
  try {
    done = fill(outcome);
    if (done) done = writer_.commit();
  } catch (const std::exception& exception) {
    done = fail(ErrorCode::internal, exception.what());
  }
  if (!done) {
    fail_batch(done.error(), outcome);
    return false;
  }
  backoff_ = {};
  if (!outcome.effects.empty() && effects_) effects_(std::move(outcome.effects));
  for (auto& [reply, answer] : outcome.replies) send(reply, std::move(answer));
  if (outcome.changed_rows && committed_) committed_();
  if (auto moved = writer_.checkpoint_if_due(false); !moved)
    spdlog::warn("{}", moved.error().message);
  return true;
}

// --- failure and recovery ---

Result<void> EngineThread::build() {
  TRY_ASSIGN(auto snapshot, writer_.load_snapshot());
  try {
    scheduler_ =
        std::make_unique<Scheduler>(options_.scheduler, writer_, std::move(snapshot), now_);
  } catch (const std::exception& exception) {
    return fail(ErrorCode::internal, exception.what());
  }
  return {};
}

void EngineThread::fail_batch(const Error& error, Outcome& outcome) {
  spdlog::error("a batch of {} commands was rolled back, its state is rebuilt: {}",
                outcome.replies.size(), error.message);
  writer_.rollback();
  scheduler_.reset();
  for (auto& [reply, answer] : outcome.replies)
    send(reply, tl::unexpected(unavailable("not stored, try again: " + error.message)));
  // The first rebuild comes at once: a passing error costs nobody more than its batch.
  if (backoff_ == Duration{}) {
    backoff_ = first_backoff;
    retry_at_ = now_.steady;
  } else {
    retry_at_ = now_.steady + backoff_;
    backoff_ = std::min(backoff_ * 2, longest_backoff);
  }
}

void EngineThread::refuse(Commands& commands, std::size_t from) {
  for (std::size_t i = from; i < commands.size(); ++i)
    send(commands[i].reply,
         tl::unexpected(unavailable("the storage has failed and is being tried again")));
  commands.clear();
}

/// Rebuilds when the storage takes writes again.
void EngineThread::try_to_recover() {
  if (now_.steady < retry_at_) return;
  auto done = writer_.probe();
  if (done) done = build();
  if (done) {
    spdlog::info("the storage works again, the state is rebuilt");
    return;
  }
  spdlog::warn("still not stored: {}", done.error().message);
  backoff_ = std::clamp(backoff_ * 2, first_backoff, longest_backoff);
  retry_at_ = now_.steady + backoff_;
}

/// What is still queued gets its answers, with the leases that PrepareStop made.
void EngineThread::shut_down() {
  ended_ = true;
  if (scheduler_) {
    taken_.commands.insert(taken_.commands.begin(), PostedCommand{PrepareStop{}, nullptr});
    run_commands(taken_.commands, false);
  } else {
    refuse(taken_.commands, 0);
  }
  answer_questions();
}

}  // namespace weft

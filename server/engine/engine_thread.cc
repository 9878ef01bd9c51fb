#include "server/engine/engine_thread.h"

#include <spdlog/spdlog.h>

#include <future>
#include <utility>

#include "base/check.h"
#include "server/engine/reply.h"
#include "server/storage/writer.h"

namespace weft {
namespace {

/// Also the longest sleep: a deadline by the wall clock may come nearer while we wait.
constexpr Duration longest_wait = std::chrono::seconds(1);

}  // namespace

Result<std::unique_ptr<Engine>> Engine::start(EngineOptions options, storage::Writer& writer,
                                              Clock& clock, EffectSink effects,
                                              CommitSink committed) {
  auto engine = std::make_unique<EngineThread>(options, writer, clock, std::move(effects),
                                               std::move(committed));
  TRY(engine->begin());
  return engine;
}

EngineThread::EngineThread(EngineOptions options, storage::Writer& writer, Clock& clock,
                           EffectSink effects, CommitSink committed)
    : writer_(writer),
      clock_(clock),
      stats_(options.stats),
      inbox_(options.max_inbox, *stats_),
      core_(options, writer, std::move(effects), std::move(committed)) {}

EngineThread::~EngineThread() {
  stop();
}

Result<void> EngineThread::begin() {
  now_ = clock_.read(Duration{});
  TRY(core_.build(now_));
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

Result<void> EngineThread::write(const Write& write) {
  Result<void> written = tl::unexpected(unavailable("the storage takes no writes now: try again"));
  ask([&](const Scheduler&, Now now) { written = core_.write(write, now); });
  return written;
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
  const Scheduler* scheduler = core_.scheduler();
  if (scheduler == nullptr)
    return std::clamp(core_.retry_at() - now_.steady, Duration{1}, longest_wait);
  const Deadline deadline = scheduler->next_deadline();
  Duration wait = longest_wait;
  if (deadline.steady) wait = std::min(wait, *deadline.steady - now_.steady);
  if (deadline.wall) wait = std::min(wait, *deadline.wall - now_.wall);
  return std::max(wait, Duration{});
}

bool EngineThread::timers_are_due() const {
  return core_.scheduler() != nullptr && time_to_deadline() <= Duration{};
}

void EngineThread::turn() {
  planned_wait_ = time_to_deadline();
  inbox_.take(planned_wait_, taken_);
  // Read after the wait and for the whole turn: all that arrived before this moment, so every
  // renewal of a lease, is applied before the timers fire at it.
  now_ = clock_.read(planned_wait_);
  const bool idle = taken_.commands.empty() && taken_.questions.empty() && !taken_.closed;
  if (taken_.closed) return shut_down();
  if (core_.scheduler() == nullptr) {
    core_.refuse(taken_.commands, 0);
    core_.try_to_recover(now_);
  } else {
    core_.run(taken_.commands, timers_are_due(), now_);
  }
  answer_questions();
  if (idle && !timers_are_due())
    if (auto done = writer_.checkpoint_if_due(true); !done)
      spdlog::warn("{}", done.error().message);
}

void EngineThread::answer_questions() {
  const Scheduler* scheduler = core_.scheduler();
  if (scheduler != nullptr)
    for (const AskedQuestion* asked : taken_.questions) (*asked->question)(*scheduler, now_);
  inbox_.answer(taken_.questions, scheduler != nullptr);
  taken_.questions.clear();
}

/// What is still queued gets its answers, with the leases that PrepareStop made.
void EngineThread::shut_down() {
  ended_ = true;
  if (core_.scheduler() != nullptr) {
    taken_.commands.insert(taken_.commands.begin(), PostedCommand{PrepareStop{}, nullptr});
    core_.run(taken_.commands, false, now_);
  } else {
    core_.refuse(taken_.commands, 0);
  }
  answer_questions();
}

}  // namespace weft

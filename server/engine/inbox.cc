#include "server/engine/inbox.h"

#include <chrono>
#include <utility>

#include "base/check.h"

namespace weft {

Inbox::Pushed Inbox::push(PostedCommand& command) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Pushed::closed;
    if (commands_.size() >= max_commands_) return Pushed::full;
    if (commands_.empty()) first_came_ = std::chrono::steady_clock::now();
    commands_.push_back(std::move(command));
    stats_.inbox.set(static_cast<std::int64_t>(commands_.size()));
  }
  filled_.notify_one();
  return Pushed::yes;
}

bool Inbox::ask(const Engine::Question& question) {
  AskedQuestion asked{&question};
  std::unique_lock lock(mutex_);
  if (closed_ || questions_.size() >= max_commands_) return false;
  questions_.push_back(&asked);
  filled_.notify_one();
  answered_.wait(lock, [&] { return asked.answered; });
  return asked.was_asked;
}

void Inbox::take(Duration timeout, InboxContents& contents) {
  WEFT_CHECK(contents.commands.empty() && contents.questions.empty());
  std::unique_lock lock(mutex_);
  const auto something = [this] { return !commands_.empty() || !questions_.empty() || closed_; };
  if (timeout > Duration{}) filled_.wait_for(lock, timeout, something);
  if (!commands_.empty()) {
    stats_.lag.observe(
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - first_came_));
    stats_.inbox.set(0);
  }
  commands_.swap(contents.commands);
  questions_.swap(contents.questions);
  contents.closed = closed_;
}

void Inbox::answer(const std::vector<AskedQuestion*>& questions, bool was_asked) {
  {
    const std::lock_guard lock(mutex_);
    for (AskedQuestion* asked : questions) {
      asked->was_asked = was_asked;
      asked->answered = true;
    }
  }
  if (!questions.empty()) answered_.notify_all();
}

void Inbox::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_one();
}

}  // namespace weft

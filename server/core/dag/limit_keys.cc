// The keys of a task that say what it waits for: limits, losses, the run before.

#include <array>

#include <fmt/format.h>

#include "server/core/dag/draft.h"

namespace weft {

void read_concurrency_key(ValueReader& in, TaskDraft& draft, JsonRef at) {
  draft.key_at = at;
  draft.task.concurrency_key.reset();
  if (at.is_null()) return;  // undoes a default
  const auto text = in.string(at, 1000);
  if (!text) return;
  if (text->empty()) return in.expected(at, "a text or a template that is not empty");
  draft.task.concurrency_key = in.parse_template(at, *text);
}

void read_concurrency_limit(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (const auto limit = in.integer(at, 1, 1'000'000'000))
    draft.task.concurrency_limit = static_cast<int>(*limit);
}

void read_on_queued_timeout(ValueReader& in, TaskDraft& draft, JsonRef at) {
  static constexpr std::array<std::string_view, 2> names = {"alert", "fail"};
  if (const auto found = in.choice(at, names))
    draft.task.on_queued_timeout = static_cast<OnQueuedTimeout>(*found);
}

void read_max_infrastructure_retries(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (const auto most = in.integer(at, 0, 10'000))
    draft.task.max_infrastructure_retries = static_cast<int>(*most);
}

void read_depends_on_past(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (const auto truth = in.boolean(at)) draft.task.depends_on_past = *truth;
}

void read_wait_for_downstream(ValueReader& in, TaskDraft& draft, JsonRef at) {
  if (const auto truth = in.boolean(at)) draft.task.wait_for_downstream = *truth;
}

void check_limits(ValueReader& in, TaskDraft& draft) {
  // Said of a task itself; what default_args say for all may mean nothing to some.
  const JsonRef own_key = draft.object.find("concurrency_key");
  const JsonRef own_limit = draft.object.find("concurrency_limit");
  if (own_limit && !draft.key_at)
    in.report().key_error(own_limit, "concurrency_limit needs a concurrency_key");
  if (own_key && draft.task.concurrency_key && !needs_worker(draft.task.type))
    in.report().key_error(own_key,
                          fmt::format("a {} task needs no worker: it holds no concurrency_key",
                                      name_of(draft.task.type)));
  for (const std::string_view key : {"timeout", "soft_fail"}) {
    const JsonRef own = draft.object.find(key);
    if (own && !is_sensor(draft.task.type))
      in.report().key_error(own, fmt::format("\"{}\" belongs to sensors{}", key,
                                             key == "timeout" ? "; see execution_timeout" : ""));
  }
  for (const std::string_view key : {"poke_interval", "exponential_backoff"}) {
    const JsonRef own = draft.object.find(key);
    if (own && !is_poked(draft.task.type))
      in.report().key_error(
          own, fmt::format(
                   "\"{}\" belongs to sensors that look again and again; {}", key,
                   is_sensor(draft.task.type)
                       ? fmt::format("a {} task is woken when it comes", name_of(draft.task.type))
                       : "there is sensor.file"));
  }
}

void drop_idle_keys(const Task& task, nlohmann::json& source) {
  if (!needs_worker(task.type)) source.erase("concurrency_key");
  if (!source.contains("concurrency_key")) source.erase("concurrency_limit");
  if (!is_poked(task.type)) {
    source.erase("poke_interval");
    source.erase("exponential_backoff");
  }
  if (is_sensor(task.type)) return;
  source.erase("timeout");
  source.erase("soft_fail");
}

}  // namespace weft

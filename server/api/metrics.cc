// What the server tells Prometheus. Everything that grows with use was counted while it happened,
// so a scrape adds nothing up; only pools are counted anew, over the task instances that are active
// now, as GET /pools does.

#include <limits>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/pools.h"
#include "server/storage/queries/operations.h"
#include "server/telemetry/exposition.h"
#include "server/telemetry/process.h"

namespace weft::api {
namespace {

using storage::Reader;
using telemetry::Exposition;
constexpr auto counter = telemetry::Kind::counter, gauge = telemetry::Kind::gauge,
               histogram = telemetry::Kind::histogram;

/// More pools than this are not told one by one: each is a label.
constexpr std::int64_t max_pools = 1000;

/// What is read from the database at once.
struct Committed {
  storage::Listing<PoolRow> pools;
  std::map<std::string, PoolUse> use;
  std::vector<storage::WorkerCount> workers;
  storage::DatabaseSize size;
};

Outcome<Committed> read_committed(const Call& call) {
  return call.read([&](Reader& reader) -> Outcome<Committed> {
    Committed now;
    API_TRY_ASSIGN(now.pools, storage::list_pools(reader, {}, {{"name"}}, {.limit = max_pools}));
    API_TRY_ASSIGN(now.use, count_pool_use(reader, call));
    API_TRY_ASSIGN(now.workers, storage::count_workers(reader));
    API_TRY_ASSIGN(now.size, storage::database_size(reader));
    return now;
  });
}

void tell_scheduler(Exposition& out, const EngineStats& stats) {
  out.one("weft_scheduler_commands_total", counter,
          "Commands that were applied and committed, timers among them.", stats.commands.value());
  out.one("weft_scheduler_commits_total", counter, "Transactions that changed something.",
          stats.commits.value());
  out.one("weft_scheduler_commit_duration_seconds", histogram, "How long those took to be durable.",
          stats.commit_took);
  out.one("weft_scheduler_failed_batches_total", counter,
          "Batches that could not be stored and were rolled back.", stats.failed_batches.value());
  out.one("weft_scheduler_inbox_commands", gauge, "Commands that wait for the scheduler.",
          stats.inbox.value());
  out.one("weft_scheduler_lag_seconds", histogram,
          "How long the oldest command had waited when the scheduler took it.", stats.lag);
}

/// One sample for each state that `is_told`, also of those that nothing is in.
template <class State, class Values, class Test>
void tell_states(Exposition& out, const char* label, const Values& values, Test is_told) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (const auto state = static_cast<State>(i); is_told(state))
      out.sample({{label, name_of(state)}}, values[i].value());
}

template <class State>
bool is_over(State state) {
  return is_terminal(state);
}

bool is_active_run(RunState state) {
  return !is_terminal(state);
}

bool is_active_instance(TaskState state) {
  return state != TaskState::none && !is_terminal(state);
}

void tell_work(Exposition& out, const EngineStats& stats) {
  out.family("weft_runs", gauge, "Runs that are not over, by state.");
  tell_states<RunState>(out, "state", stats.runs, is_active_run);
  out.family("weft_runs_ended_total", counter, "Runs that ended, by the state they ended in.");
  tell_states<RunState>(out, "state", stats.runs_ended, is_over<RunState>);
  out.family("weft_task_instances", gauge, "Task instances that are on their way, by state.");
  tell_states<TaskState>(out, "state", stats.instances, is_active_instance);
  out.family("weft_task_instances_ended_total", counter,
             "Task instances that ended, by the state they ended in.");
  tell_states<TaskState>(out, "state", stats.instances_ended, is_over<TaskState>);
  out.one("weft_attempts_started_total", counter, "Attempts that a worker began.",
          stats.attempts_started.value());
  out.family("weft_attempts_ended_total", counter,
             "Attempts that ended, by outcome; lost: with their worker or its lease.");
  tell_states<AttemptState>(out, "outcome", stats.attempts_ended, is_over<AttemptState>);
}

void tell_pools(Exposition& out, Committed& now) {
  const auto each = [&](const char* name, const char* help, auto value) {
    out.family(name, gauge, help);
    for (const PoolRow& pool : now.pools.rows)
      out.sample({{"pool", pool.name}}, value(pool, now.use[pool.name]));
  };
  constexpr double no_limit = std::numeric_limits<double>::infinity();
  const auto or_infinite = [](const PoolRow& pool, std::int64_t slots) {
    return pool.slots < 0 ? no_limit : static_cast<double>(slots);
  };
  each("weft_pool_slots", "Slots of a pool; +Inf: no limit.",
       [&](const PoolRow& pool, const PoolUse&) { return or_infinite(pool, pool.slots); });
  each("weft_pool_used_slots", "Slots that are taken.", occupied_slots);
  each("weft_pool_queued_slots", "Of those: by task instances that were handed to a worker.",
       [](const PoolRow&, const PoolUse& use) { return use.queued; });
  each("weft_pool_wanted_slots", "Slots that scheduled task instances wait for, or for a worker.",
       [](const PoolRow&, const PoolUse& use) { return use.scheduled; });
  each("weft_pool_open_slots", "Slots that are free; +Inf: no limit.",
       [&](const PoolRow& pool, const PoolUse& use) {
         return or_infinite(pool, pool.slots - occupied_slots(pool, use));
       });
}

void tell_workers(Exposition& out, const Committed& now, const EngineStats& stats) {
  out.family("weft_workers", gauge, "Workers, by state.");
  for (const auto& workers : now.workers)
    out.sample({{"state", name_of_worker_state(workers.state)}}, workers.count);
  out.family("weft_worker_slots", gauge, "Attempts that they take at once, by the worker's state.");
  for (const auto& workers : now.workers)
    out.sample({{"state", name_of_worker_state(workers.state)}}, workers.slots);
  std::int64_t leases = 0;
  for (const auto state : {TaskState::queued, TaskState::running, TaskState::restarting})
    leases += stats.instances.at(static_cast<std::size_t>(state)).value();
  out.one("weft_worker_leases", gauge, "Attempts that workers hold.", leases);
}

void tell_traffic(Exposition& out, const telemetry::Traffic& traffic) {
  using Answers = telemetry::Traffic::Answers;
  constexpr const char* classes[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
  out.family("weft_http_requests_total", counter, "Requests that were answered.");
  traffic.each([&](const Answers& answers) {
    for (std::size_t i = 0; i < answers.by_class.size(); ++i)
      if (const auto count = answers.by_class[i].value(); count > 0)
        out.sample({{"route", answers.name.pattern},
                    {"method", answers.name.method},
                    {"status", classes[i]}},
                   count);
  });
  out.family("weft_http_request_duration_seconds", histogram,
             "From the whole request to the first byte of its answer.");
  traffic.each([&](const Answers& answers) {
    out.sample({{"route", answers.name.pattern}, {"method", answers.name.method}}, answers.took);
  });
  out.one("weft_http_connections", gauge, "Open connections.", traffic.connections.value());
  out.one("weft_http_streams", gauge,
          "Of those: with an answer that follows or waits for something.",
          traffic.following.value());
  out.one("weft_http_connections_total", counter, "Connections that were accepted.",
          traffic.accepted.value());
  out.one("weft_http_connections_refused_total", counter,
          "Of those: turned away, as there were too many.", traffic.turned_away.value());
}

void tell_disk(Exposition& out, const storage::DiskWatch& watch) {
  const auto room = storage::disk_room(watch.folder);
  if (!room) return;
  out.one("weft_disk_free_bytes", gauge, "What the disk of the data still takes.",
          room->free_bytes);
  out.one("weft_disk_size_bytes", gauge, "How large that disk is.", room->total_bytes);
}

void tell_process(Exposition& out) {
  const auto facts = telemetry::read_process();
  if (!facts) return;
  out.one("weft_process_cpu_seconds_total", counter, "Processor time of the server.",
          facts->cpu_seconds);
  out.one("weft_process_resident_memory_bytes", gauge, "Memory that is in use.",
          facts->resident_bytes);
  out.one("weft_process_virtual_memory_bytes", gauge, "Address space.", facts->virtual_bytes);
  out.one("weft_process_open_fds", gauge, "Open files and connections.", facts->open_files);
  out.one("weft_process_max_fds", gauge, "How many there may be.", facts->max_files);
  out.one("weft_process_threads", gauge, "Threads.", facts->threads);
  out.one("weft_process_start_time_seconds", gauge, "When it was started, since 1970.",
          facts->started_at);
}

}  // namespace

Outcome<http::Response> get_metrics(Call& call) {
  API_TRY_ASSIGN(auto now, read_committed(call));
  const EngineStats& stats = *call.deps.stats;
  Exposition out;
  out.family("weft_build_info", gauge, "1, with what is running.");
  out.sample({{"version", call.deps.version}, {"git_version", call.deps.git_version}},
             std::int64_t{1});
  tell_scheduler(out, stats);
  tell_work(out, stats);
  tell_pools(out, now);
  tell_workers(out, now, stats);
  if (call.deps.traffic != nullptr) tell_traffic(out, *call.deps.traffic);
  out.one("weft_database_size_bytes", gauge, "The database, without its log.", now.size.database);
  out.one("weft_database_wal_size_bytes", gauge, "Its write-ahead log.", now.size.wal);
  tell_disk(out, call.deps.disk);
  tell_process(out);
  http::Response response;
  response.headers.emplace_back("content-type", Exposition::content_type);
  response.body = out.take();
  return response;
}

}  // namespace weft::api

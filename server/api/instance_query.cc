#include "server/api/instance_query.h"

#include <fmt/format.h>

#include "server/api/run_query.h"

namespace weft::api {
namespace {

using storage::Filter;

template <class Input>
void add_ranges(Filter& filter, Input& input) {
  add_instant_range(filter, input, "run_after", "r.run_after");
  add_instant_range(filter, input, "logical_date", "r.logical_date");
  add_instant_range(filter, input, "start_date", "ti.started_at");
  add_instant_range(filter, input, "end_date", "ti.ended_at");
  add_number_range(filter, input, "duration", storage::instance_duration);
}

/// `null` and "none" are the state none.
template <class Report>
std::vector<TaskState> read_states(const std::vector<std::string>& words, Report report) {
  std::vector<TaskState> states;
  for (const auto& word : words) {
    const auto state = word == "null" || word == "no_status" || word == "None"
                           ? std::optional(TaskState::none)
                           : task_state_from(word);
    if (state)
      states.push_back(*state);
    else
      report();
  }
  return states;
}

void add_integers(Filter& filter, Query& query, std::string_view name, std::string_view column) {
  if (const auto values = query.integers(name); !values.empty()) filter.add_in(column, values);
}

TaskConditions read_conditions(const Query& query) {
  return {.pools = query.texts("pool"),
          .queues = query.texts("queue"),
          .operators = query.texts("operator"),
          .pool_pattern = query.text("pool_name_pattern").value_or(""),
          .queue_pattern = query.text("queue_name_pattern").value_or(""),
          .operator_pattern = query.text("operator_name_pattern").value_or(""),
          .display_name_pattern = query.text("task_display_name_pattern").value_or(""),
          .group = query.text("task_group_id")};
}

bool one_of(const std::vector<std::string>& list, std::string_view text) {
  return list.empty() || std::find(list.begin(), list.end(), text) != list.end();
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `%` any text, `_` any character. Backtracks to the last `%` only: quadratic at worst.
bool matches(std::string_view text, std::string_view pattern) {
  std::size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '_' || lower(pattern[p]) == lower(text[t]))) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('%', p) == std::string_view::npos;
}

constexpr std::size_t max_versions = 1000;

Outcome<std::vector<VersionId>> versions_in(storage::Reader& reader, const Scope& scope) {
  if (scope.version) return std::vector{*scope.version};
  const auto limit = static_cast<std::int64_t>(max_versions) + 1;
  const auto found = scope.dag ? storage::version_ids(reader, *scope.dag, limit)
                               : storage::all_version_ids(reader, limit);
  API_TRY(found);
  if (found->size() > max_versions)
    return refuse(
        ErrorCode::invalid_argument,
        fmt::format("filters by pool, queue, operator, group or display name look into at most "
                    "{} DAG versions; name a DAG or a run",
                    max_versions));
  return *found;
}

}  // namespace

bool like(std::string_view text, std::string_view pattern) {
  bool has_term = false;
  while (!pattern.empty()) {
    const auto bar = std::min(pattern.find('|'), pattern.size());
    std::string term(pattern.substr(0, bar));
    pattern.remove_prefix(std::min(bar + 1, pattern.size()));
    const auto first = term.find_first_not_of(' ');
    if (first == std::string::npos) continue;
    term = term.substr(first, term.find_last_not_of(' ') - first + 1);
    has_term = true;
    if (term == "~" || matches(text, "%" + term + "%")) return true;
  }
  return !has_term;
}

bool TaskConditions::empty() const {
  return pools.empty() && queues.empty() && operators.empty() && pool_pattern.empty() &&
         queue_pattern.empty() && operator_pattern.empty() && display_name_pattern.empty() &&
         !group;
}

bool TaskConditions::fits(const Dag& dag, const Task& task) const {
  if (group && (task.group < 0 || dag.groups[static_cast<std::size_t>(task.group)].id != *group))
    return false;
  const auto type = name_of(task.type);
  return one_of(pools, task.pool) && one_of(queues, task.queue) && one_of(operators, type) &&
         like(task.pool, pool_pattern) && like(task.queue, queue_pattern) &&
         like(type, operator_pattern) && like(task.display_name, display_name_pattern);
}

InstanceListQuery read_instance_query(Query& query) {
  InstanceListQuery list;
  auto& filter = list.query.filter;
  if (const auto task_id = query.text("task_id")) filter.add_equal("ti.task_id", *task_id);
  add_ranges(filter, query);
  add_instant_range(filter, query, "updated_at", "ti.updated_at");
  list.query.states = read_states(query.texts("state"), [&] {
    query.report("state", "Input should be a task instance state", "enum");
  });
  add_integers(filter, query, "version_number", "v.number");
  add_integers(filter, query, "try_number", "ti.try_number");
  add_integers(filter, query, "map_index", "ti.map_index");
  add_pattern(filter, query, "dag_id_pattern", "d.dag_id");
  add_pattern(filter, query, "run_id_pattern", "r.run_id");
  if (query.text("executor")) filter.add_never();  // no task instance has one here
  list.tasks = read_conditions(query);
  list.query.page = query.page();
  list.query.order = query.order_by(storage::is_instance_order);
  return list;
}

Outcome<InstanceListQuery> read_instance_query(const Call& call, Body& body) {
  InstanceListQuery list;
  auto& filter = list.query.filter;
  add_ranges(filter, body);
  const auto add_words = [&](std::string_view name, std::string_view column) {
    if (const auto words = body.words(name); words && !words->empty())
      filter.add_in(column, *words);
  };
  add_words("dag_ids", "d.dag_id");
  add_words("dag_run_ids", "r.run_id");
  add_words("task_ids", "ti.task_id");
  if (const auto states = body.words("state"))
    list.query.states = read_states(
        *states, [&] { body.report("state", "Input should be a task instance state", "enum"); });
  if (const auto executors = body.words("executor"); executors && !executors->empty())
    filter.add_never();
  list.tasks.pools = body.words("pool").value_or(std::vector<std::string>{});
  list.tasks.queues = body.words("queue").value_or(std::vector<std::string>{});
  API_TRY_ASSIGN(list.query.page, read_body_page(call, body));
  API_TRY_ASSIGN(list.query.order, read_body_order(body, storage::is_instance_order));
  API_TRY(body.check());
  return list;
}

Outcome<void> add_task_conditions(storage::Reader& reader, const Call& call, const Scope& scope,
                                  InstanceListQuery& list) {
  if (list.tasks.empty()) return {};
  API_TRY_ASSIGN(const auto versions, versions_in(reader, scope));
  std::vector<std::string> keys;
  for (const auto version : versions) {
    API_TRY_ASSIGN(const auto dag, load_dag(reader, call, version));
    for (const auto& task : dag->tasks)
      if (list.tasks.fits(*dag, task)) keys.push_back(fmt::format("{}:{}", version.value, task.id));
  }
  list.query.filter.add_in(storage::instance_task_key, keys);
  return {};
}

}  // namespace weft::api

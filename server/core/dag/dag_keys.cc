// The keys of a DAG: one table, one reader each.

#include <array>
#include <unordered_map>

#include "server/core/dag/draft.h"

namespace weft {
namespace {

constexpr std::int64_t many = 1'000'000'000;

template <class T>
void assign(T& into, std::optional<T> value) {
  if (value) into = std::move(*value);
}

void assign_int(int& into, std::optional<std::int64_t> value) {
  if (value) into = static_cast<int>(*value);
}

/// `$schema` is the editor's.
void read_nothing(ValueReader& in, DagDraft&, JsonRef at) {
  in.string(at);
}

void read_id(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign(draft.dag.id, in.id(at));
}

void read_display_name(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign(draft.dag.display_name, in.string(at, 250));
}

void read_description(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign(draft.dag.description, in.string(at, 64 * 1024));
}

void read_doc(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign(draft.dag.doc_md, in.long_text(at));
}

void read_owner(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign(draft.dag.owner, in.string(at, 250));
}

void read_runbook(ValueReader& in, DagDraft& draft, JsonRef at) {
  const auto url = in.string(at);
  if (!url) return;
  if (!url->starts_with("https://") && !url->starts_with("http://")) {
    return in.report().error(at, "a URL that starts with https:// or http:// expected");
  }
  draft.dag.runbook_url = *url;
}

void read_tags(ValueReader& in, DagDraft& draft, JsonRef at) {
  draft.dag.tags.clear();
  if (!in.is_list(at, "strings")) return;
  for (JsonRef item = at.first(); item; item = item.next()) {
    auto tag = in.string(item, 100);
    if (tag && tag->empty()) in.report().error(item, "a tag cannot be empty");
    if (tag && !tag->empty()) draft.dag.tags.push_back(std::move(*tag));
  }
}

void read_timezone(ValueReader& in, DagDraft& draft, JsonRef at) {
  draft.timezone_at = at;
  assign(draft.dag.schedule.timezone, in.string(at, 100));
}

void read_dst_policy(ValueReader& in, DagDraft& draft, JsonRef at) {
  static constexpr std::array<std::string_view, 2> names = {"once", "airflow"};
  if (const auto found = in.choice(at, names)) {
    draft.dag.schedule.dst_policy = static_cast<DstPolicy>(*found);
  }
}

void read_logical_date(ValueReader& in, DagDraft& draft, JsonRef at) {
  static constexpr std::array<std::string_view, 2> names = {"interval_end", "interval_start"};
  if (const auto found = in.choice(at, names)) {
    draft.dag.logical_date = static_cast<LogicalDate>(*found);
  }
}

void read_start(ValueReader&, DagDraft& draft, JsonRef at) {
  draft.start_at = at;
}
void read_end(ValueReader&, DagDraft& draft, JsonRef at) {
  draft.end_at = at;
}

void read_catchup(ValueReader& in, DagDraft& draft, JsonRef at) {
  static constexpr std::array<std::string_view, 3> names = {"none", "latest", "all"};
  draft.catchup_at = at;
  if (at.kind() == JsonKind::boolean) {
    draft.dag.catchup = at.truth() ? Catchup::all : Catchup::latest;
  } else if (const auto found = in.choice(at, names)) {
    draft.dag.catchup = static_cast<Catchup>(*found);
  }
}

void read_catchup_limit(ValueReader& in, DagDraft& draft, JsonRef at) {
  draft.dag.catchup_limit.reset();
  if (at.is_null()) return;
  if (const auto limit = in.integer(at, 1, many)) {
    draft.dag.catchup_limit = static_cast<int>(*limit);
  }
}

void read_paused(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign(draft.dag.is_paused_upon_creation, in.boolean(at));
}

void read_max_runs(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign_int(draft.dag.max_active_runs, in.integer(at, 1, 1'000'000));
}

void read_max_tasks(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign_int(draft.dag.max_active_tasks, in.integer(at, 1, 1'000'000));
}

void read_on_overlap(ValueReader& in, DagDraft& draft, JsonRef at) {
  static constexpr std::array<std::string_view, 3> names = {"queue", "skip", "cancel_running"};
  if (const auto found = in.choice(at, names)) {
    draft.dag.on_overlap = static_cast<OnOverlap>(*found);
  }
}

void read_max_failed(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign_int(draft.dag.max_consecutive_failed_dag_runs, in.integer(at, 0, 1'000'000));
}

void read_run_timeout(ValueReader& in, DagDraft& draft, JsonRef at) {
  draft.dag.dagrun_timeout = Duration::zero();
  if (!at.is_null()) assign(draft.dag.dagrun_timeout, in.duration(at));
}

void read_fail_fast(ValueReader& in, DagDraft& draft, JsonRef at) {
  assign(draft.dag.fail_fast, in.boolean(at));
}

void read_run_fails_on(ValueReader& in, DagDraft& draft, JsonRef at) {
  static constexpr std::array<std::string_view, 2> names = {"leaf", "any"};
  if (const auto found = in.choice(at, names)) {
    draft.dag.run_fails_on = static_cast<RunFailsOn>(*found);
  }
}

void read_dag_env(ValueReader& in, DagDraft& draft, JsonRef at) {
  read_env(in, draft.env, at);
}

void read_dag_shell(ValueReader& in, DagDraft& draft, JsonRef at) {
  read_shell(in, draft.shell, at);
}

/// Read by parse.cc, after all others.
void read_later(ValueReader&, DagDraft&, JsonRef) {}

constexpr DagFileKey keys[] = {
    {"$schema", read_nothing},
    {"dag_id", read_id, false},
    {"dag_display_name", read_display_name, false},
    {"description", read_description},
    {"doc_md", read_doc},
    {"owner", read_owner},
    {"tags", read_tags},
    {"runbook_url", read_runbook},
    {"schedule", read_schedule},
    {"timezone", read_timezone},
    {"dst_policy", read_dst_policy},
    {"calendar", read_calendar},
    {"logical_date", read_logical_date},
    {"start_date", read_start},
    {"end_date", read_end},
    {"catchup", read_catchup},
    {"catchup_limit", read_catchup_limit},
    {"is_paused_upon_creation", read_paused},
    {"max_active_runs", read_max_runs},
    {"max_active_tasks", read_max_tasks},
    {"on_overlap", read_on_overlap},
    {"max_consecutive_failed_dag_runs", read_max_failed},
    {"dagrun_timeout", read_run_timeout},
    {"fail_fast", read_fail_fast},
    {"run_fails_on", read_run_fails_on},
    {"params", read_params},
    {"env", read_dag_env},
    {"shell", read_dag_shell},
    {"default_args", read_dag_defaults},
    {"task_groups", read_groups, false},
    {"tasks", read_later, false},
    // Of the format, but not of this version.
    {"active_in"},
    {"deadline"},
    {"on_failure"},
    {"on_success"},
    {"on_retry"},
    {"on_skipped"},
    {"on_deadline_missed"},
};

}  // namespace

const DagFileKey* find_dag_key(std::string_view name) {
  static const auto index = [] {
    std::unordered_map<std::string_view, const DagFileKey*> all;
    for (const DagFileKey& key : keys) all.emplace(key.name, &key);
    return all;
  }();
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

const std::vector<std::string_view>& dag_key_names() {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const DagFileKey& key : keys) {
      if (key.read) all.push_back(key.name);
    }
    return all;
  }();
  return names;
}

}  // namespace weft

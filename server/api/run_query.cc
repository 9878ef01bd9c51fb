#include "server/api/run_query.h"

#include "proto/wire/vocabulary.h"
#include "server/api/cursor.h"

namespace weft::api {
namespace {

/// Query and Body alike: which columns the ranges of a list of runs mean.
template <class Input>
void add_ranges(storage::Filter& filter, Input& input) {
  add_instant_range(filter, input, "run_after", "r.run_after");
  add_instant_range(filter, input, "logical_date", "r.logical_date");
  add_instant_range(filter, input, "start_date", "r.started_at");
  add_instant_range(filter, input, "end_date", "r.ended_at");
  add_number_range(filter, input, "duration", storage::run_duration);
}

/// The text stands somewhere in the JSON of conf.
void add_conf(storage::Filter& filter, const std::optional<std::string>& text) {
  if (text && !text->empty()) filter.add("instr(r.conf, ?) > 0", {*text});
}

template <class Report>
void add_states(storage::Filter& filter, const std::vector<std::string>& words, Report report) {
  std::vector<std::int64_t> states;
  for (const auto& word : words) {
    if (word == "none" || word == "null") continue;
    if (const auto state = run_state_from(word))
      states.push_back(static_cast<std::int64_t>(*state));
    else
      report();
  }
  if (!words.empty()) filter.add_in("r.state", states);
}

void add_types(storage::Filter& filter, Query& query) {
  const auto words = query.texts("run_type");
  std::vector<std::int64_t> types;
  for (const auto& word : words) {
    if (const auto type = run_type_from(word))
      types.push_back(static_cast<std::int64_t>(*type));
    else if (word != "asset_materialization")
      query.report("run_type", "Input should be a run type", "enum");
  }
  if (!words.empty()) filter.add_in("r.type", types);
}

}  // namespace

storage::RunQuery read_run_query(Query& query) {
  storage::RunQuery runs;
  auto& filter = runs.filter;
  add_ranges(filter, query);
  add_instant_range(filter, query, "updated_at", storage::run_updated_at);
  add_conf(filter, query.text("conf_contains"));
  add_types(filter, query);
  add_states(filter, query.texts("state"), [&] {
    query.report("state", "Input should be 'queued', 'running', 'success' or 'failed'", "enum");
  });
  const auto versions = query.integers("dag_version");
  if (!versions.empty()) filter.add_in("v.number", versions);
  add_pattern(filter, query, "run_id_pattern", "r.run_id");
  add_pattern(filter, query, "triggering_user_name_pattern", "r.actor");
  add_pattern(filter, query, "dag_id_pattern", "d.dag_id");
  // What no run has here.
  if (query.text("bundle_version") || query.text("partition_key_pattern")) filter.add_never();
  runs.page = query.page();
  runs.order = query.order_by(storage::is_run_order, {{"id", false}});
  return runs;
}

Outcome<storage::RunQuery> read_run_query(const Call& call, Body& body) {
  storage::RunQuery runs;
  auto& filter = runs.filter;
  add_ranges(filter, body);
  add_conf(filter, body.text("conf_contains"));
  if (const auto dag_ids = body.words("dag_ids"); dag_ids && !dag_ids->empty())
    filter.add_in("d.dag_id", *dag_ids);
  if (const auto states = body.words("states"))
    add_states(filter, *states, [&] {
      body.report("states", "Input should be 'queued', 'running', 'success' or 'failed'", "enum");
    });
  API_TRY_ASSIGN(runs.page, read_body_page(call, body));
  API_TRY_ASSIGN(runs.order, read_body_order(body, storage::is_run_order));
  API_TRY(body.check());
  return runs;
}

Outcome<std::vector<storage::Order>> read_body_order(Body& body,
                                                     bool (*is_known)(std::string_view)) {
  const auto text = body.text("order_by");
  if (!text || text->empty()) return std::vector<storage::Order>{{"id", false}};
  API_TRY_ASSIGN(auto order, parse_order(*text, is_known));
  return std::vector<storage::Order>{std::move(order)};
}

Outcome<storage::Page> read_body_page(const Call& call, Body& body) {
  constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();
  storage::Page page;
  page.limit = std::min<std::int64_t>(body.integer("page_limit", 0, any).value_or(100), 100);
  page.offset = body.integer("page_offset", 0, max_offset).value_or(0);
  API_TRY(take_cursor(call, body, page));
  return page;
}

void add_instant_range(storage::Filter& filter, Body& body, std::string_view prefix,
                       std::string_view sql) {
  for (const auto& [suffix, comparison] : range_suffixes)
    if (const auto at = body.instant(std::string(prefix).append(suffix)))
      filter.add(std::string(sql).append(comparison), {to_micros(*at)});
}

void add_number_range(storage::Filter& filter, Body& body, std::string_view prefix,
                      std::string_view sql) {
  for (const auto& [suffix, comparison] : range_suffixes)
    if (const auto value = body.number(std::string(prefix).append(suffix)))
      filter.add(std::string(sql).append(comparison), {*value});
}

}  // namespace weft::api

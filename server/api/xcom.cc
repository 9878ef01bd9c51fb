#include <fmt/format.h>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"
#include "server/api/records.h"
#include "server/storage/queries/outputs.h"

namespace weft::api {
namespace {

using storage::OutputRecord;
using storage::Reader;

constexpr std::int64_t max_map_index = std::numeric_limits<int>::max();

Outcome<nlohmann::json> output_json(Reader& reader, const Call& call, const OutputRecord& output) {
  API_TRY_ASSIGN(const auto dag, load_dag(reader, call, output.version));
  const Task* task = dag->find_task(output.task_id);
  return nlohmann::json{{"key", output.key},
                        {"timestamp", instant_json(output.at)},
                        {"logical_date", instant_json(output.logical_date)},
                        {"map_index", output.map_index},
                        {"task_id", output.task_id},
                        {"task_display_name", task ? task->display_name : output.task_id},
                        {"dag_id", output.dag_id},
                        {"dag_display_name", output.dag_display_name},
                        {"run_id", output.run_id},
                        {"run_after", instant_json(output.run_after)}};
}

storage::OutputQuery read_outputs(Query& query) {
  storage::OutputQuery outputs;
  auto& filter = outputs.filter;
  if (const auto key = query.text("xcom_key")) filter.add_equal("o.key", *key);
  for (const std::string_view name : {"map_index", "map_index_filter"})
    if (const auto index = query.integer(name, -1, max_map_index))
      filter.add_equal("ti.map_index", *index);
  add_pattern(filter, query, "xcom_key_pattern", "o.key");
  add_pattern(filter, query, "dag_display_name_pattern", "v.display_name");
  add_pattern(filter, query, "run_id_pattern", "r.run_id");
  add_pattern(filter, query, "task_id_pattern", "ti.task_id");
  add_instant_range(filter, query, "logical_date", "r.logical_date");
  add_instant_range(filter, query, "run_after", "r.run_after");
  outputs.page = query.page();
  return outputs;
}

Outcome<http::Response> output_response(const Call& call, const std::string& key, int map_index,
                                        bool as_text = false, int status = 200) {
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto instance, require_instance(reader, instance_names(call, map_index)));
    API_TRY_ASSIGN(const auto output, storage::find_output(reader, instance.row.id, key));
    if (!output)
      return refuse(ErrorCode::not_found,
                    fmt::format("task \"{}\" has no output \"{}\"", instance.row.task_id, key));
    API_TRY_ASSIGN(auto json, output_json(reader, call, *output));
    if (as_text)
      json["value"] = output->value;
    else
      json["value"] = nlohmann::json::parse(output->value, nullptr, false);
    return json_response(json, status);
  });
}

Outcome<SetOutput> read_output(const Call& call, SetOutput::Mode mode) {
  const bool is_new = mode == SetOutput::Mode::create;
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  if (is_new) body.require("key");
  auto key = is_new ? body.text("key").value_or("") : call.value("xcom_key");
  const auto map_index = body.integer("map_index", -1, max_map_index).value_or(-1);
  if (!body.has("value")) body.report("value", "Field required", "missing");
  const auto* value = body.raw("value");
  API_TRY(body.check());
  auto command = about<SetOutput>(instance_names(call, static_cast<int>(map_index)), call);
  command.key = std::move(key);
  if (value != nullptr) command.value = *value;
  command.mode = mode;
  return command;
}

}  // namespace

Outcome<http::Response> get_xcom_entries(Call& call) {
  Query query(call.request);
  auto outputs = read_outputs(query);
  API_TRY(query.check());
  return call.read([&](Reader& reader) -> Outcome<http::Response> {
    API_TRY_ASSIGN(const auto scope, find_scope(reader, call));
    outputs.dag = scope.dag;
    outputs.run = scope.run;
    if (!scope.run_id_of_any_dag.empty())
      outputs.filter.add_equal("r.run_id", scope.run_id_of_any_dag);
    if (const auto& task = call.value("task_id"); task != all_of_them)
      outputs.filter.add_equal("ti.task_id", task);
    API_TRY_ASSIGN(const auto listing, storage::list_outputs(reader, outputs));
    auto list = nlohmann::json::array();
    for (const auto& output : listing.rows) {
      API_TRY_ASSIGN(auto json, output_json(reader, call, output));
      list.push_back(std::move(json));
    }
    return json_response(
        collection_json("xcom_entries", std::move(list), listing.total, listing.total_is_exact));
  });
}

Outcome<http::Response> get_xcom_entry(Call& call) {
  Query query(call.request);
  const auto map_index = query.integer("map_index", -1, max_map_index).value_or(-1);
  const bool as_text = query.boolean("stringify", false);
  (void)query.boolean("deserialize", false);  // outputs are JSON: there is nothing to revive
  API_TRY(query.check());
  return output_response(call, call.value("xcom_key"), static_cast<int>(map_index), as_text);
}

Outcome<http::Response> create_xcom_entry(Call& call) {
  API_TRY_ASSIGN(const auto command, read_output(call, SetOutput::Mode::create));
  API_TRY(call.command(command));
  return output_response(call, command.key, command.map_index, false, 201);
}

Outcome<http::Response> update_xcom_entry(Call& call) {
  API_TRY_ASSIGN(const auto command, read_output(call, SetOutput::Mode::update));
  API_TRY(call.command(command));
  return output_response(call, command.key, command.map_index);
}

Outcome<http::Response> delete_xcom_entry(Call& call) {
  API_TRY_ASSIGN(const auto names, instance_names(call));
  auto command = about<DeleteOutput>(names, call);
  command.key = call.value("xcom_key");
  API_TRY(call.command(std::move(command)));
  return no_content();
}

}  // namespace weft::api

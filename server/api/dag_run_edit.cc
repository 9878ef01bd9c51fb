#include <fmt/format.h>

#include <algorithm>

#include "server/api/forms.h"
#include "server/api/handlers.h"
#include "server/api/lookup.h"

namespace weft::api {
namespace {

std::optional<MarkRun::To> target_from(const std::string& word) {
  if (word == "queued") return MarkRun::To::queued;
  if (word == "success") return MarkRun::To::success;
  if (word == "failed") return MarkRun::To::failed;
  return std::nullopt;
}

/// Fields that may be changed, without those that update_mask leaves out.
Outcome<std::vector<std::string>> masked(const Call& call, std::vector<std::string> fields) {
  const auto mask = Query(call.request).texts("update_mask");
  for (const auto& name : mask)
    if (name != "state" && name != "note")
      return refuse(ErrorCode::invalid_argument,
                    fmt::format("update_mask: only state and note can be changed, not \"{}\"",
                                name.substr(0, 100)));
  if (!mask.empty())
    std::erase_if(fields, [&](const auto& field) {
      return std::find(mask.begin(), mask.end(), field) == mask.end();
    });
  return fields;
}

}  // namespace

Outcome<http::Response> patch_dag_run(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body));
  const auto state = body.text("state");
  const auto note = body.text("note", max_note);
  const bool has_note = body.has("note");
  std::optional<MarkRun::To> target;
  if (state && !(target = target_from(*state)))
    body.report("state", "Input should be 'queued', 'success' or 'failed'", "enum");
  API_TRY(body.check());
  std::vector<std::string> present;
  if (target) present.emplace_back("state");
  if (has_note) present.emplace_back("note");
  API_TRY_ASSIGN(const auto fields, masked(call, std::move(present)));
  const auto& dag_id = call.value("dag_id");
  const auto& run_id = call.value("dag_run_id");
  for (const auto& field : fields) {
    if (field == "state")
      API_TRY(call.command(
          MarkRun{.dag_id = dag_id, .run_id = run_id, .to = *target, .actor = call.actor()}));
    else
      API_TRY(call.command(SetRunNote{
          .dag_id = dag_id, .run_id = run_id, .note = note.value_or(""), .actor = call.actor()}));
  }
  return get_dag_run(call);
}

Outcome<http::Response> delete_dag_run(Call& call) {
  API_TRY(call.command(DeleteRun{
      .dag_id = call.value("dag_id"), .run_id = call.value("dag_run_id"), .actor = call.actor()}));
  http::Response response;
  response.status = 204;
  return response;
}

Outcome<http::Response> cancel_dag_run(Call& call) {
  API_TRY_ASSIGN(auto body, Body::parse(call.request.body, true));
  API_TRY(body.check());
  API_TRY(call.command(MarkRun{.dag_id = call.value("dag_id"),
                               .run_id = call.value("dag_run_id"),
                               .to = MarkRun::To::cancelled,
                               .actor = call.actor()}));
  return get_dag_run(call);
}

}  // namespace weft::api

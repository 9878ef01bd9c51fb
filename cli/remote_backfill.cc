#include "cli/remote_backfill.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/remote_print.h"
#include "cli/text.h"

namespace weft::cli {
namespace {

using nlohmann::json;

std::string path_of(int backfill) {
  return api_path({"backfills", std::to_string(backfill)});
}

/// A day without a time is the whole day (UTC): as an end it is its last microsecond.
Result<Instant> read_date(const char* option, const std::string& text, bool is_end) {
  TRY_ASSIGN(const auto date, parse_date(option, text));
  if (!date) return fail(ErrorCode::invalid_argument, std::string(option) + ": a date is missing");
  const bool is_day = text.find_first_of("Tt ") == std::string::npos;
  return is_end && is_day ? *date + std::chrono::hours(24) - Duration(1) : *date;
}

Result<json> backfill_body(const BackfillOptions& options) {
  TRY_ASSIGN(const Instant from, read_date("--from", options.from, false));
  TRY_ASSIGN(const Instant to, read_date("--to", options.to, true));
  json body{{"dag_id", options.dag},
            {"from_date", format_instant_z(from)},
            {"to_date", format_instant_z(to)},
            {"max_active_runs", options.max_active_runs},
            {"run_backwards", options.backwards},
            {"reprocess_behavior", options.reprocess},
            {"run_on_latest_version", options.latest}};
  if (!options.tasks.empty()) body["task_ids"] = options.tasks;
  if (options.downstream) body["include_downstream"] = true;
  if (options.conf.empty()) return body;
  auto conf = json::parse(options.conf, nullptr, false);
  if (!conf.is_object())
    return fail(ErrorCode::invalid_argument,
                "--conf: must be a JSON object, for example '{\"name\": \"Ada\"}'");
  body["dag_run_conf"] = std::move(conf);
  return body;
}

int print_plan(const ServerOptions& server, const CallResult<json>& plan) {
  if (!plan) return complain(plan.error());
  if (server.is_data()) return print_data(server, *plan);
  Table table({"LOGICAL DATE", "INTERVAL FROM", "TO", "RUN", "ACTION", "REASON"});
  const auto rows = plan->value("backfills", json::array());
  for (const auto& row : rows)
    table.add({cell(row, "logical_date"), cell(row, "data_interval_start"),
               cell(row, "data_interval_end"), cell(row, "dag_run_id"), cell(row, "action"),
               cell(row, "reason")});
  std::fputs(table.to_text().c_str(), stdout);
  const auto total = plan->value("total_entries", std::int64_t{0});
  if (total > static_cast<std::int64_t>(rows.size()))
    std::printf("the first %zu of %lld\n", rows.size(), static_cast<long long>(total));
  return exit_code::ok;
}

int print_backfill(const ServerOptions& server, const json& backfill) {
  const int code = print_object(
      server, backfill,
      {"id", "dag_id", "state", "reason", "from_date", "to_date", "max_active_runs",
       "run_backwards", "reprocess_behavior", "run_on_latest_version", "task_ids",
       "include_downstream", "dag_run_conf", "created_at", "updated_at", "completed_at"});
  if (!server.is_data()) std::printf("%s\n", progress_line(backfill).c_str());
  return code;
}

bool is_over(const json& backfill) {
  return !backfill.value("completed_at", json()).is_null();
}

/// The bar, drawn again in its place on a terminal, else a line for each change.
class ProgressView {
 public:
  void show(const json& backfill) {
    const std::string line = progress_line(backfill);
    if (line == last_) return;
    if (is_terminal_)
      std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
    else
      std::fprintf(stderr, "%s\n", line.c_str());
    std::fflush(stderr);
    last_ = line;
  }
  ~ProgressView() {
    if (is_terminal_ && !last_.empty()) std::fputc('\n', stderr);
  }

 private:
  const bool is_terminal_ = isatty(STDERR_FILENO) != 0;
  std::string last_;
};

CallResult<json> watch(Client& client, int backfill) {
  ProgressView view;
  return client.get_until(path_of(backfill), [&](const json& now) {
    view.show(now);
    return is_over(now) && now.at("progress").value("running", 0) == 0;
  });
}

int wait_for_end(const ServerOptions& server, Client& client, int backfill) {
  const auto ended = watch(client, backfill);
  if (!ended) return complain(ended.error());
  if (server.is_data()) print_data(server, *ended);
  const bool failed = ended->at("progress").value("failed", 0) > 0;
  return failed || cell(*ended, "state") == "cancelled" ? exit_code::failed : exit_code::ok;
}

int print_state(const ServerOptions& server, const CallResult<json>& backfill) {
  if (!backfill) return complain(backfill.error());
  if (server.is_data()) return print_data(server, *backfill);
  std::printf("backfill %s of %s is %s\n%s\n", cell(*backfill, "id").c_str(),
              cell(*backfill, "dag_id").c_str(), cell(*backfill, "state").c_str(),
              progress_line(*backfill).c_str());
  return exit_code::ok;
}

}  // namespace

std::string progress_line(const json& backfill, std::size_t width) {
  const json progress = backfill.value("progress", json::object());
  const auto number = [&](const char* key) { return progress.value(key, std::int64_t{0}); };
  const auto total = std::max<std::int64_t>(0, number("total"));
  const auto ended = std::min(total, number("success") + number("failed") + number("left_alone"));
  const auto share =
      total == 0 ? width
                 : static_cast<std::size_t>(ended) * width / static_cast<std::size_t>(total);
  std::string line = "[" + std::string(share, '#') + std::string(width - share, '-') + "]";
  line += fmt::format("  {} of {}", ended, total);
  for (const char* key : {"running", "queued", "failed"})
    if (number(key) > 0) line += fmt::format(", {} {}", number(key), key);
  if (number("left_alone") > 0) line += fmt::format(", {} left alone", number("left_alone"));
  const std::string state = cell(backfill, "state");
  return state == "running" ? line : line + " (" + printable(state) + ")";
}

int create_backfill(const ServerOptions& server, const BackfillOptions& options) {
  const auto body = backfill_body(options);
  if (!body) return complain(body.error(), exit_code::usage);
  Client client(server);
  if (options.dry_run)
    return print_plan(server, client.send("POST", api_path({"backfills", "dry_run"}), *body));
  const auto made = client.send("POST", api_path({"backfills"}), *body);
  if (!made) return complain(made.error());
  const int id = made->value("id", 0);
  if (options.wait) {
    if (!server.is_data()) std::fprintf(stderr, "backfill %d\n", id);
    return wait_for_end(server, client, id);
  }
  return print_state(server, made);
}

int list_backfills(const ServerOptions& server, const std::string& dag, const ListOptions& list) {
  std::string path = api_path({"backfills"}) +
                     fmt::format("?order_by=-id&limit={}&offset={}", list.limit, list.offset);
  if (!dag.empty()) path += "&dag_id=" + escaped(dag);
  return print_list(server, Client(server).get(path), "backfills", [](const json& backfills) {
    Table table({"ID", "DAG", "STATE", "FROM", "TO", "PROGRESS"});
    for (const auto& backfill : backfills)
      table.add({cell(backfill, "id"), cell(backfill, "dag_id"), cell(backfill, "state"),
                 cell(backfill, "from_date"), cell(backfill, "to_date"),
                 progress_line(backfill, 10)});
    return table.to_text();
  });
}

int show_backfill(const ServerOptions& server, int backfill, bool wait) {
  Client client(server);
  if (wait) return wait_for_end(server, client, backfill);
  const auto answer = client.get(path_of(backfill));
  return answer ? print_backfill(server, *answer) : complain(answer.error());
}

int pause_backfill(const ServerOptions& server, int backfill, bool is_paused) {
  return print_state(
      server, Client(server).send("PUT", path_of(backfill) + (is_paused ? "/pause" : "/unpause"),
                                  json::object()));
}

int cancel_backfill(const ServerOptions& server, int backfill, bool cancel_running) {
  return print_state(server, Client(server).send("PUT",
                                                 path_of(backfill) + "/cancel" +
                                                     (cancel_running ? "?cancel_running=true" : ""),
                                                 json::object()));
}

}  // namespace weft::cli

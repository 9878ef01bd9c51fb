#include <functional>
#include <memory>
#include <string>

#include "cli/remote.h"
#include "cli/verbs.h"

namespace weft::cli {
namespace {

/// All that a client verb may be told.
struct Words {
  ServerOptions server;
  ListOptions list;
  TriggerOptions trigger;
  LogOptions log;
  std::string dag, run, task;
};
using Shared = std::shared_ptr<Words>;

/// A verb with the options that all of them have; `act` gives the exit code.
CLI::App* add_verb(CLI::App& parent, Exit& exit, const char* name, const char* help,
                   const Shared& words, std::function<int(const Words&)> act) {
  CLI::App* verb = parent.add_subcommand(name, help);
  verb->add_option("--server", words->server.server, "the server's URL")
      ->envname("WEFT_SERVER")
      ->capture_default_str();
  verb->add_option("--token", words->server.token,
                   "its admin token; that of a server started in this folder unless given")
      ->envname("WEFT_TOKEN");
  verb->add_option_function<std::string>(
          "-o,--output", [words](const std::string& form) { words->server.json = form == "json"; },
          "table or json")
      ->check(CLI::IsMember({"table", "json"}));
  verb->footer(
      "Exits 0 on success, 1 when a waited-for run failed, 2 on wrong usage, 3 when the server\n"
      "says no, 4 when it can't be reached.");
  verb->callback([words, act = std::move(act), &exit] { exit.code = act(*words); });
  return verb;
}

void add_dag(CLI::App& verb, const Shared& words) {
  verb.add_option("DAG", words->dag, "the DAG's id")->required();
}
void add_run(CLI::App& verb, const Shared& words) {
  add_dag(verb, words);
  verb.add_option("RUN", words->run, "the run's id")->required();
}
void add_page(CLI::App& verb, const Shared& words) {
  verb.add_option("--limit", words->list.limit, "how many at most")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  verb.add_option("--offset", words->list.offset, "leave so many out first")
      ->check(CLI::Range(0, 1'000'000'000));
}

CLI::App& add_group(CLI::App& app, const char* name, const char* help) {
  CLI::App* group = app.add_subcommand(name, help);
  group->require_subcommand(1);
  return *group;
}

void add_dags(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "dags", "The DAGs of a server");
  auto words = std::make_shared<Words>();
  CLI::App* list = add_verb(group, exit, "list", "List DAGs", words,
                            [](const Words& w) { return list_dags(w.server, w.list); });
  add_page(*list, words);
  list->add_option("--search", words->list.filter, "only ids with this in them");
  add_dag(*add_verb(group, exit, "show", "Show a DAG", words,
                    [](const Words& w) { return show_dag(w.server, w.dag); }),
          words);
  add_dag(*add_verb(group, exit, "pause", "Start no more runs of a DAG", words,
                    [](const Words& w) { return pause_dag(w.server, w.dag, true); }),
          words);
  add_dag(*add_verb(group, exit, "unpause", "Let a DAG run again", words,
                    [](const Words& w) { return pause_dag(w.server, w.dag, false); }),
          words);
}

void add_trigger(CLI::App& group, Exit& exit, const Shared& words) {
  CLI::App* verb = add_verb(group, exit, "trigger", "Start a run", words, [](const Words& w) {
    TriggerOptions trigger = w.trigger;
    trigger.dag = w.dag;
    return trigger_run(w.server, trigger);
  });
  add_dag(*verb, words);
  verb->add_option("--conf", words->trigger.conf, "values for the DAG's params, a JSON object");
  verb->add_option("--logical-date", words->trigger.logical_date, "the run's logical date");
  verb->add_option("--run-id", words->trigger.run_id, "the run's id; made unless given");
  verb->add_option("--note", words->trigger.note, "a note on the run");
  verb->add_flag("--wait", words->trigger.wait, "wait for its end; exit 1 when it failed");
}

void add_runs(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "runs", "The runs of a DAG");
  auto words = std::make_shared<Words>();
  add_trigger(group, exit, words);
  CLI::App* list = add_verb(group, exit, "list", "List a DAG's runs, the newest first", words,
                            [](const Words& w) { return list_runs(w.server, w.dag, w.list); });
  add_dag(*list, words);
  add_page(*list, words);
  list->add_option("--state", words->list.filter, "queued, running, success or failed");
  add_run(*add_verb(group, exit, "show", "Show a run", words,
                    [](const Words& w) { return show_run(w.server, w.dag, w.run); }),
          words);
  add_run(*add_verb(group, exit, "wait", "Wait for a run's end; exit 1 when it failed", words,
                    [](const Words& w) { return wait_run(w.server, w.dag, w.run); }),
          words);
  add_run(*add_verb(group, exit, "cancel", "Kill what runs of a run and skip the rest", words,
                    [](const Words& w) { return cancel_run(w.server, w.dag, w.run); }),
          words);
}

void add_tasks(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "tasks", "The tasks of a DAG or of a run");
  auto words = std::make_shared<Words>();
  CLI::App* list =
      add_verb(group, exit, "list", "List a DAG's tasks, or a run's task instances", words,
               [](const Words& w) { return list_tasks(w.server, w.dag, w.run, w.list); });
  add_dag(*list, words);
  list->add_option("RUN", words->run, "a run's id");
  add_page(*list, words);
  CLI::App* show =
      add_verb(group, exit, "show", "Show a task instance and its tries", words,
               [](const Words& w) { return show_task(w.server, w.dag, w.run, w.task); });
  add_run(*show, words);
  show->add_option("TASK", words->task, "the task's id")->required();
}

void add_logs(CLI::App& app, Exit& exit) {
  auto words = std::make_shared<Words>();
  CLI::App* verb =
      add_verb(app, exit, "logs", "Print a task instance's log", words, [](const Words& w) {
        LogOptions log = w.log;
        log.dag = w.dag;
        log.run = w.run;
        log.task = w.task;
        return show_log(w.server, log);
      });
  add_run(*verb, words);
  verb->add_option("TASK", words->task, "the task's id")->required();
  verb->add_option("--try", words->log.try_number, "of this try; the latest unless given")
      ->check(CLI::Range(1, 1'000'000));
  verb->add_flag("-f,--follow", words->log.follow, "go on until the task has ended");
}

void add_explain(CLI::App& app, Exit& exit) {
  auto words = std::make_shared<Words>();
  CLI::App* verb =
      add_verb(app, exit, "explain", "Say why a run, or a task of it, is not running", words,
               [](const Words& w) { return explain(w.server, w.dag, w.run, w.task); });
  add_run(*verb, words);
  verb->add_option("TASK", words->task, "the task's id; without it the run's reasons");
}

}  // namespace

void add_client(CLI::App& app, Exit& exit) {
  add_dags(app, exit);
  add_runs(app, exit);
  add_tasks(app, exit);
  add_logs(app, exit);
  add_explain(app, exit);
}

}  // namespace weft::cli

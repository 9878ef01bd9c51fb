#include <functional>
#include <memory>
#include <string>

#include "cli/remote.h"
#include "cli/remote_backfill.h"
#include "cli/remote_edits.h"
#include "cli/verbs.h"

namespace weft::cli {
namespace {

/// All that a client verb may be told.
struct Words {
  ServerOptions server;
  ListOptions list;
  TriggerOptions trigger;
  LogOptions log;
  BackfillOptions backfill;
  EventOptions event;
  ApprovalOptions approval;
  bool all = false;
  int number = 0;     ///< a backfill's
  bool flag = false;  ///< whatever the verb's one flag is
  ClearOptions clear;
  MarkOptions mark;
  std::string dag, run, task, job, asset;
};

/// A verb and what it is told. Each has words of its own: the environment also sets those of verbs
/// that were not called.
struct Verb {
  CLI::App* app = nullptr;
  std::shared_ptr<Words> words = std::make_shared<Words>();

  const Verb& with_dag() const {
    app->add_option("DAG", words->dag, "the DAG's id")->required();
    return *this;
  }
  const Verb& with_run() const {
    with_dag();
    app->add_option("RUN", words->run, "the run's id")->required();
    return *this;
  }
  const Verb& with_page() const {
    app->add_option("--limit", words->list.limit, "how many at most")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app->add_option("--offset", words->list.offset, "leave so many out first")
        ->check(CLI::Range(0, 1'000'000'000));
    return *this;
  }
};

/// A verb with the options that all of them have; `act` gives the exit code.
Verb add_verb(CLI::App& parent, Exit& exit, const char* name, const char* help,
              std::function<int(const Words&)> act) {
  Verb verb{.app = parent.add_subcommand(name, help)};
  const auto words = verb.words;
  verb.app->add_option("--server", words->server.server, "the server's URL")
      ->envname("WEFT_SERVER")
      ->capture_default_str();
  verb.app
      ->add_option("--token", words->server.token,
                   "its admin token; that of a server started in this folder unless given")
      ->envname("WEFT_TOKEN");
  verb.app
      ->add_option_function<std::string>(
          "-o,--output",
          [raw = words.get()](const std::string& form) { raw->server.json = form == "json"; },
          "table or json")
      ->check(CLI::IsMember({"table", "json"}));
  verb.app->footer(
      "Exits 0 on success, 1 when a waited-for run failed, 2 on wrong usage, 3 when the server\n"
      "says no, 4 when it can't be reached.");
  verb.app->callback([words, act = std::move(act), &exit] { exit.code = act(*words); });
  return verb;
}

CLI::App& add_group(CLI::App& app, const char* name, const char* help) {
  CLI::App* group = app.add_subcommand(name, help);
  group->require_subcommand(1);
  return *group;
}

void add_dags(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "dags", "The DAGs of a server");
  const Verb list = add_verb(group, exit, "list", "List DAGs",
                             [](const Words& w) { return list_dags(w.server, w.list); });
  list.with_page();
  list.app->add_option("--search", list.words->list.filter, "only ids with this in them");
  add_verb(group, exit, "show", "Show a DAG", [](const Words& w) {
    return show_dag(w.server, w.dag);
  }).with_dag();
  add_verb(group, exit, "pause", "Start no more runs of a DAG", [](const Words& w) {
    return pause_dag(w.server, w.dag, true);
  }).with_dag();
  add_verb(group, exit, "unpause", "Let a DAG run again", [](const Words& w) {
    return pause_dag(w.server, w.dag, false);
  }).with_dag();
}

void add_trigger(CLI::App& group, Exit& exit) {
  const Verb verb = add_verb(group, exit, "trigger", "Start a run", [](const Words& w) {
    TriggerOptions trigger = w.trigger;
    trigger.dag = w.dag;
    return trigger_run(w.server, trigger);
  });
  verb.with_dag();
  TriggerOptions& trigger = verb.words->trigger;
  verb.app->add_option("--conf", trigger.conf, "values for the DAG's params, a JSON object");
  verb.app->add_option("--logical-date", trigger.logical_date, "the run's logical date");
  verb.app->add_option("--run-id", trigger.run_id, "the run's id; made unless given");
  verb.app->add_option("--note", trigger.note, "a note on the run");
  verb.app->add_flag("--wait", trigger.wait, "wait for its end; exit 1 when it failed");
}

void add_dry_run(const Verb& verb, bool& dry_run) {
  verb.app->add_flag("--dry-run", dry_run, "only list what would change");
}

template <class Options>
void add_reach(const Verb& verb, Options& options) {
  verb.app->add_flag("--upstream", options.upstream, "and all tasks that lead to it");
  verb.app->add_flag("--downstream", options.downstream, "and all tasks that it leads to");
  verb.app->add_flag("--past", options.past, "also in the runs before it, by logical date");
  verb.app->add_flag("--future", options.future, "also in the runs after it");
}

MarkOptions marked(const Words& words) {
  MarkOptions mark = words.mark;
  mark.dag = words.dag;
  mark.run = words.run;
  mark.task = words.task;
  return mark;
}

void add_run_edits(CLI::App& group, Exit& exit) {
  const Verb clear =
      add_verb(group, exit, "clear", "Let a run's tasks run again", [](const Words& w) {
        ClearOptions clear = w.clear;
        clear.dag = w.dag;
        clear.run = w.run;
        return clear_run(w.server, clear);
      });
  clear.with_run();
  clear.app->add_flag("--only-failed", clear.words->clear.only_failed, "only those that failed");
  clear.app->add_flag("--latest-version", clear.words->clear.latest_version,
                      "on the DAG's current version");
  add_dry_run(clear, clear.words->clear.dry_run);

  const Verb mark =
      add_verb(group, exit, "mark", "End a run as a success or a failure, or open it again",
               [](const Words& w) { return mark_run(w.server, marked(w)); });
  mark.with_run();
  mark.app->add_option("STATE", mark.words->mark.state, "success, failed or queued")
      ->required()
      ->check(CLI::IsMember({"success", "failed", "queued"}));
  mark.app->add_option("--note", mark.words->mark.note, "a note on the run");
  add_dry_run(mark, mark.words->mark.dry_run);

  const Verb cancel = add_verb(group, exit, "cancel", "Kill what runs of a run and skip the rest",
                               [](const Words& w) { return cancel_run(w.server, marked(w)); });
  cancel.with_run();
  add_dry_run(cancel, cancel.words->mark.dry_run);

  add_verb(group, exit, "delete", "Forget a run that is over", [](const Words& w) {
    return delete_run(w.server, w.dag, w.run);
  }).with_run();
}

void add_runs(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "runs", "The runs of a DAG");
  add_trigger(group, exit);
  const Verb list = add_verb(group, exit, "list", "List a DAG's runs, the newest first",
                             [](const Words& w) { return list_runs(w.server, w.dag, w.list); });
  list.with_dag().with_page();
  list.app->add_option("--state", list.words->list.filter, "queued, running, success or failed");
  add_verb(group, exit, "show", "Show a run", [](const Words& w) {
    return show_run(w.server, w.dag, w.run);
  }).with_run();
  add_verb(group, exit, "wait", "Wait for a run's end; exit 1 when it failed", [](const Words& w) {
    return wait_run(w.server, w.dag, w.run);
  }).with_run();
  add_run_edits(group, exit);
}

void add_task_clear(CLI::App& group, Exit& exit) {
  const Verb verb =
      add_verb(group, exit, "clear", "Let task instances run again", [](const Words& w) {
        ClearOptions clear = w.clear;
        clear.dag = w.dag;
        clear.run = w.run;
        return clear_tasks(w.server, clear);
      });
  verb.with_dag();
  ClearOptions& clear = verb.words->clear;
  verb.app->add_option("RUN", verb.words->run, "the run's id; without it see --from and --to");
  verb.app->add_option("TASKS", clear.tasks, "task ids, or TASK[INDEX] of a mapped one; else all");
  verb.app->add_option("--from", clear.from, "runs from this logical date on");
  verb.app->add_option("--to", clear.to, "runs up to this logical date");
  verb.app->add_flag("--all-runs", clear.all_runs, "of all runs of the DAG");
  verb.app->add_option("--task", clear.tasks, "as TASKS, for use without RUN");
  add_reach(verb, clear);
  verb.app->add_flag("--only-failed", clear.only_failed, "only those that failed");
  verb.app->add_flag("--only-running", clear.only_running, "only those that run");
  verb.app->add_flag("--keep-run-state", clear.keep_run_state,
                     "runs that are over stay so, until they are marked queued");
  verb.app->add_flag("--latest-version", clear.latest_version,
                     "runs that are over move to the DAG's current version");
  verb.app->add_flag("--prevent-running", clear.prevent_running, "refuse if one of them runs");
  add_dry_run(verb, clear.dry_run);
}

const Verb& with_task(const Verb& verb) {
  verb.with_run();
  verb.app->add_option("TASK", verb.words->task, "the task's id, or TASK[INDEX] of a mapped one")
      ->required();
  return verb;
}

void add_task_edits(CLI::App& group, Exit& exit) {
  add_task_clear(group, exit);
  const Verb mark = add_verb(group, exit, "mark", "Say what a task instance has come to",
                             [](const Words& w) { return mark_task(w.server, marked(w)); });
  with_task(mark);
  mark.app->add_option("STATE", mark.words->mark.state, "success, failed or skipped")
      ->required()
      ->check(CLI::IsMember({"success", "failed", "skipped"}));
  mark.app->add_option("--note", mark.words->mark.note, "a note on it");
  add_reach(mark, mark.words->mark);
  add_dry_run(mark, mark.words->mark.dry_run);
  const Verb cancel =
      add_verb(group, exit, "cancel", "Kill a task instance; it fails and is not retried",
               [](const Words& w) { return cancel_task(w.server, marked(w)); });
  add_dry_run(with_task(cancel), cancel.words->mark.dry_run);
}

void add_jobs(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "jobs", "Edits that go on in slices");
  add_verb(group, exit, "list", "List jobs, the newest first", [](const Words& w) {
    return list_jobs(w.server, w.list.limit, w.list.offset);
  }).with_page();
  const Verb show = add_verb(group, exit, "show", "Show a job and how far it is",
                             [](const Words& w) { return show_job(w.server, w.job); });
  show.app->add_option("JOB", show.words->job, "the job's number")->required();
}

void add_tasks(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "tasks", "The tasks of a DAG or of a run");
  const Verb list =
      add_verb(group, exit, "list", "List a DAG's tasks, or a run's task instances",
               [](const Words& w) { return list_tasks(w.server, w.dag, w.run, w.list); });
  list.with_dag().with_page();
  list.app->add_option("RUN", list.words->run, "a run's id");
  const Verb show =
      add_verb(group, exit, "show", "Show a task instance and its tries",
               [](const Words& w) { return show_task(w.server, w.dag, w.run, w.task); });
  show.with_run();
  show.app->add_option("TASK", show.words->task, "the task's id, or id[map index]")->required();
  add_task_edits(group, exit);
}

void add_assets(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "assets", "The data that DAGs make and wait for");
  const Verb list = add_verb(group, exit, "list", "List assets",
                             [](const Words& w) { return list_assets(w.server, w.list); });
  list.with_page();
  list.app->add_option("--search", list.words->list.filter, "only uris with this in them");
  const Verb events =
      add_verb(group, exit, "events", "List events of assets, the newest first",
               [](const Words& w) { return list_asset_events(w.server, w.asset, w.list); });
  events.with_page();
  events.app->add_option("ASSET", events.words->asset, "only of this one: its uri or id");
  const Verb emit =
      add_verb(group, exit, "emit", "Tell that an asset was made or changed",
               [](const Words& w) { return emit_asset_event(w.server, w.asset, w.event); });
  emit.app->add_option("ASSET", emit.words->asset, "its uri or id")->required();
  emit.app->add_option("--extra", emit.words->event.extra, "what to say of it, a JSON object");
  emit.app->add_option("--partition", emit.words->event.partition, "the part that was made");
  const Verb materialize =
      add_verb(group, exit, "materialize", "Trigger the DAG that makes an asset",
               [](const Words& w) { return materialize_asset(w.server, w.asset); });
  materialize.app->add_option("ASSET", materialize.words->asset, "its uri or id")->required();
}

void add_logs(CLI::App& app, Exit& exit) {
  const Verb verb = add_verb(app, exit, "logs", "Print a task instance's log", [](const Words& w) {
    LogOptions log = w.log;
    log.dag = w.dag;
    log.run = w.run;
    log.task = w.task;
    return show_log(w.server, log);
  });
  verb.with_run();
  verb.app->add_option("TASK", verb.words->task, "the task's id, or id[map index]")->required();
  verb.app->add_option("--try", verb.words->log.try_number, "of this try; the latest unless given")
      ->check(CLI::Range(1, 1'000'000));
  verb.app->add_flag("-f,--follow", verb.words->log.follow, "go on until the task has ended");
}

void add_explain(CLI::App& app, Exit& exit) {
  const Verb verb = add_verb(
      app, exit, "explain", "Say why a DAG makes no run, or why a run or a task is not running",
      [](const Words& w) { return explain(w.server, w.dag, w.run, w.task); });
  verb.with_dag();
  verb.app->add_option("RUN", verb.words->run, "the run's id; without it the DAG's reasons");
  verb.app->add_option("TASK", verb.words->task,
                       "the task's id, or id[map index]; without it the run's reasons");
}

void add_backfill_create(CLI::App& group, Exit& exit) {
  const Verb verb =
      add_verb(group, exit, "create", "Run a DAG for the dates of a range", [](const Words& w) {
        BackfillOptions backfill = w.backfill;
        backfill.dag = w.dag;
        return create_backfill(w.server, backfill);
      });
  verb.with_dag();
  BackfillOptions& backfill = verb.words->backfill;
  verb.app->add_option("--from", backfill.from, "first logical date; a day is a whole day, UTC")
      ->required();
  verb.app->add_option("--to", backfill.to, "last logical date, inclusive")->required();
  verb.app->add_option("--max-active-runs", backfill.max_active_runs, "how many run at once")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  verb.app
      ->add_option("--reprocess", backfill.reprocess, "run again what has failed, or is completed")
      ->check(CLI::IsMember({"none", "failed", "completed"}))
      ->capture_default_str();
  verb.app->add_option("--conf", backfill.conf, "values for the DAG's params, a JSON object");
  verb.app->add_flag("--backwards", backfill.backwards, "the newest date first");
  verb.app->add_flag("--latest-version", backfill.latest,
                     "follow edits of the DAG; else all runs have its version of now");
  verb.app->add_flag("--dry-run", backfill.dry_run, "only say what would be done");
  verb.app->add_flag("--wait", backfill.wait,
                     "show the progress until the end; exit 1 when a run failed");
}

void add_backfill(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "backfill", "Runs for the dates of a range");
  add_backfill_create(group, exit);
  const Verb list =
      add_verb(group, exit, "list", "List backfills, the newest first",
               [](const Words& w) { return list_backfills(w.server, w.dag, w.list); });
  list.with_page();
  list.app->add_option("DAG", list.words->dag, "of this DAG only");
  const auto numbered = [&](const char* name, const char* help,
                            std::function<int(const Words&)> act) {
    const Verb verb = add_verb(group, exit, name, help, std::move(act));
    verb.app->add_option("BACKFILL", verb.words->number, "its number")->required();
    return verb;
  };
  const Verb show = numbered("show", "Show a backfill and its progress", [](const Words& w) {
    return show_backfill(w.server, w.number, w.flag);
  });
  show.app->add_flag("--wait", show.words->flag, "until its end; exit 1 when a run failed");
  numbered("pause", "Start no more runs of a backfill",
           [](const Words& w) { return pause_backfill(w.server, w.number, true); });
  numbered("resume", "Let a backfill go on",
           [](const Words& w) { return pause_backfill(w.server, w.number, false); });
  const Verb cancel = numbered("cancel", "Make no more runs of a backfill", [](const Words& w) {
    return cancel_backfill(w.server, w.number, w.flag);
  });
  cancel.app->add_flag("--running", cancel.words->flag, "also cancel the runs that are running");
}

void add_approvals(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "approvals", "What waits for a person");
  const Verb list =
      add_verb(group, exit, "list", "List approvals that wait for an answer",
               [](const Words& w) { return list_approvals(w.server, w.all, w.list); });
  list.with_page();
  list.app->add_flag("--all", list.words->all, "those that were answered or are over too");
  const Verb verb = add_verb(group, exit, "answer", "Answer an approval", [](const Words& w) {
    ApprovalOptions approval = w.approval;
    approval.dag = w.dag;
    approval.run = w.run;
    approval.task = w.task;
    return answer_approval(w.server, approval);
  });
  verb.with_run();
  ApprovalOptions& approval = verb.words->approval;
  verb.app->add_option("TASK", verb.words->task, "the task's id")->required();
  verb.app->add_option("--option", approval.option, "the option that is chosen")->required();
  verb.app->add_option("--params", approval.params, "values for the form, a JSON object");
  verb.app->add_option("--map-index", approval.map_index, "of a mapped task")
      ->check(CLI::Range(-1, 1'000'000'000));
}

}  // namespace

void add_client(CLI::App& app, Exit& exit) {
  add_dags(app, exit);
  add_runs(app, exit);
  add_tasks(app, exit);
  add_jobs(app, exit);
  add_assets(app, exit);
  add_logs(app, exit);
  add_explain(app, exit);
  add_backfill(app, exit);
  add_approvals(app, exit);
}

}  // namespace weft::cli

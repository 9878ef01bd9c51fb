// dags, runs, tasks, jobs, logs and explain.

#include "cli/client_verb.h"

namespace weft::cli {
namespace {

void add_dags(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "dags", "The DAGs of a server");
  const Verb list = add_verb(group, exit, "list", "List DAGs",
                             [](const Words& w) { return list_dags(w.server, w.list); });
  list.with_page();
  list.app->add_option("--search", list.words->list.filter, "only ids with this in them");
  add_verb(group, exit, "show", "Show a DAG",
           [](const Words& w) { return show_dag(w.server, w.dag); })
      .with_dag()
      .with_watch();
  add_verb(group, exit, "pause", "Start no more runs of a DAG", [](const Words& w) {
    return pause_dag(w.server, w.dag, true);
  }).with_dag();
  add_verb(group, exit, "unpause", "Let a DAG run again; weft explain DAG tells what that starts",
           [](const Words& w) { return pause_dag(w.server, w.dag, false); })
      .with_dag();
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
  add_verb(group, exit, "show", "Show a run",
           [](const Words& w) { return show_run(w.server, w.dag, w.run); })
      .with_run()
      .with_watch();
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
  show.with_watch();
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
  show.with_run().with_watch();
  show.app->add_option("TASK", show.words->task, "the task's id, or id[map index]")->required();
  add_task_edits(group, exit);
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
  verb.with_dag().with_watch();
  verb.app->add_option("RUN", verb.words->run, "the run's id; without it the DAG's reasons");
  verb.app->add_option("TASK", verb.words->task,
                       "the task's id, or id[map index]; without it the run's reasons");
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
  add_variables(app, exit);
  add_connections(app, exit);
  add_pools(app, exit);
  add_workers(app, exit);
  add_users(app, exit);
  add_tokens(app, exit);
  add_whoami(app, exit);
  add_audit(app, exit);
  add_api(app, exit);
}

}  // namespace weft::cli

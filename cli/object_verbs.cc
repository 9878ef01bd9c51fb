// assets, backfill and approvals: what makes runs, and what holds them.

#include "cli/client_verb.h"

namespace weft::cli {

namespace {

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
  verb.app->add_option("--task", backfill.tasks, "only this task; may be repeated")
      ->allow_extra_args(false);
  verb.app->add_flag("--downstream", backfill.downstream,
                     "with --task: also all that these tasks lead to");
  verb.app->add_option("--conf", backfill.conf, "values for the DAG's params, a JSON object");
  verb.app->add_flag("--backwards", backfill.backwards, "the newest date first");
  verb.app->add_flag("--latest-version", backfill.latest,
                     "follow edits of the DAG; else all runs have its version of now");
  verb.app->add_flag("--dry-run", backfill.dry_run, "only say what would be done");
  verb.app->add_flag("--wait", backfill.wait,
                     "show the progress until the end; exit 1 when a run failed");
}

}  // namespace

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
  show.with_watch();
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

}  // namespace weft::cli

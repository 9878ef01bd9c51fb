#include <memory>
#include <string>
#include <vector>

#include "cli/offline.h"
#include "cli/verbs.h"

namespace weft::cli {
namespace {

CLI::Option* add_file(CLI::App& verb, std::string& file) {
  return verb.add_option("FILE", file, "a DAG file (.dag.json, .dag.jsonc)")->required();
}

void add_root(CLI::App& verb, std::string& root) {
  verb.add_option("--root", root,
                  "folder where relative paths start; the nearest above FILE with a weft.json or "
                  ".git, else FILE's own, unless given");
}

void add_validate(CLI::App& app, Exit& exit) {
  CLI::App* verb = app.add_subcommand("validate", "Check DAG files, or all of a folder");
  verb->footer("Prints file:line:column: message for each finding. Exits 1 when there are errors.");
  auto paths = std::make_shared<std::vector<std::string>>();
  verb->add_option("PATH", *paths, "DAG files and folders")->required();
  verb->callback([paths, &exit] { exit.code = validate(*paths); });
}

void add_next(CLI::App& app, Exit& exit) {
  CLI::App* verb = app.add_subcommand("next", "Show when a DAG's schedule makes its next runs");
  auto options = std::make_shared<NextOptions>();
  add_file(*verb, options->file);
  verb->add_option("-n,--count", options->count, "how many runs")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  verb->add_option("--after", options->after,
                   "runs that are due after this time; now unless given");
  add_form(*verb, options->form);
  verb->callback([options, &exit] { exit.code = next(*options); });
}

void add_render(CLI::App& app, Exit& exit) {
  CLI::App* verb = app.add_subcommand("render", "Show what a task would execute");
  auto options = std::make_shared<RenderVerbOptions>();
  add_file(*verb, options->file);
  verb->add_option("TASK", options->task, "the task's id")->required();
  add_root(*verb, options->root);
  verb->add_option("--date", options->date, "the run's logical date");
  verb->add_option("--param", options->params, "name=value; may be repeated")
      ->allow_extra_args(false);
  verb->add_option("--upstream", options->outputs,
                   "task.key=value: an output of a task before it; may be repeated")
      ->allow_extra_args(false);
  add_form(*verb, options->form);
  verb->callback([options, &exit] { exit.code = render(*options); });
}

void add_init(CLI::App& app, Exit& exit) {
  CLI::App* verb = app.add_subcommand("init", "Write a first DAG and the editor's JSON schema");
  verb->footer(
      "Writes hello.dag.json, dag.schema.json and .vscode/settings.json. Never overwrites.");
  auto folder = std::make_shared<std::string>(".");
  verb->add_option("DIR", *folder, "made if it is missing")->capture_default_str();
  verb->callback([folder, &exit] { exit.code = init(*folder); });
}

void add_run(CLI::App& app, Exit& exit) {
  CLI::App* verb = app.add_subcommand("run", "Run a DAG here in the terminal, without a server");
  verb->footer("Exits 0 on success, 1 when the run failed. Ctrl-C cancels; twice: at once.");
  auto options = std::make_shared<RunVerbOptions>();
  add_file(*verb, options->file);
  add_root(*verb, options->root);
  verb->add_option("--date", options->date, "the run's logical date; none unless given");
  verb->add_option("--param", options->params, "name=value; may be repeated")
      ->allow_extra_args(false);
  verb->add_option("--task", options->task, "only this task, without those before it");
  verb->add_option("--slots", options->slots, "tasks that run at the same time")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  verb->add_option("--logs", options->logs, "whose logs are shown: failed, all or none")
      ->check(CLI::IsMember({"failed", "all", "none"}))
      ->capture_default_str();
  verb->callback([options, &exit] { exit.code = run_here(*options); });
}

std::shared_ptr<std::string> add_data(CLI::App& verb) {
  auto data = std::make_shared<std::string>("weft-data");
  verb.add_option("--data", *data, "the server's data folder")->capture_default_str();
  return data;
}

void add_db_copies(CLI::App& group, Exit& exit) {
  CLI::App* verb = group.add_subcommand("backup", "Copy it, also while the server runs");
  verb->footer(
      "The copy is of one moment, and is checked before it gets its name. Not in it: logs, tokens, "
      "the key of secrets.");
  auto target = std::make_shared<std::string>();
  verb->add_option("FILE", *target, "made anew; one that is there is left alone")->required();
  verb->callback(
      [data = add_data(*verb), target, &exit] { exit.code = back_up_database(*data, *target); });

  verb = group.add_subcommand("restore", "Put a backup into the folder of a stopped server");
  verb->footer("A database that is there is kept beside it, as weft.db.before-restore.");
  auto source = std::make_shared<std::string>();
  verb->add_option("FILE", *source, "what `weft db backup` has made")->required();
  verb->callback(
      [data = add_data(*verb), source, &exit] { exit.code = restore_database(*data, *source); });
}

void add_db_clean(CLI::App& group, Exit& exit) {
  CLI::App* verb =
      group.add_subcommand("clean", "Forget what is old, and give its room back to the disk");
  verb->footer(
      "The server must be stopped; one that runs does it by itself, if weft.json says so\n"
      "(retention), but keeps the room for later. Without --runs and --events only the logs of\n"
      "deleted runs go.");
  auto options = std::make_shared<DbCleanOptions>();
  verb->add_option("--data", options->data, "the server's data folder")->capture_default_str();
  verb->add_option("--runs", options->runs,
                   "runs that ended longer ago than this, such as 90d, with all that came of them");
  verb->add_option("--keep-last", options->keep_last,
                   "so many newest runs of each DAG stay in any case")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  verb->add_option("--events", options->events,
                   "events of the stream (/api/v2/events) that are older than this");
  verb->add_flag("--dry-run", options->dry_run, "only say how much would go");
  add_form(*verb, options->form);
  verb->callback([options, &exit] { exit.code = clean_database(*options); });
}

void add_db(CLI::App& app, Exit& exit) {
  CLI::App* group = app.add_subcommand("db", "A server's database: check, backup, restore, clean");
  group->require_subcommand(1);
  add_db_copies(*group, exit);
  add_db_clean(*group, exit);
  CLI::App* verb =
      group->add_subcommand("check", "Read that of a stopped server and report what is damaged");
  verb->footer("Changes nothing. Exits 1 when there are problems.");
  auto data = add_data(*verb);
  auto form = std::make_shared<Form>(Form::table);
  add_form(*verb, *form);
  verb->callback([data, form, &exit] { exit.code = check_database(*data, *form); });
}

void add_secrets(CLI::App& app, Exit& exit) {
  CLI::App* group = app.add_subcommand("secrets", "The key of variables and connections");
  group->require_subcommand(1);
  CLI::App* verb = group->add_subcommand(
      "rotate", "Seal all variables and connections with a new key; the server must be stopped");
  verb->footer("Back the key file up before and after: without it, what it sealed is lost.");
  auto data = std::make_shared<std::string>("weft-data");
  auto key_file = std::make_shared<std::string>();
  verb->add_option("--data", *data, "the server's data folder")->capture_default_str();
  verb->add_option("--secrets-key", *key_file,
                   "file with the key; ~/.config/weft/secrets.key unless given")
      ->envname("WEFT_SECRETS_KEY_FILE");
  verb->callback([data, key_file, &exit] { exit.code = rotate_secrets(*data, *key_file); });
}

void add_poke(CLI::App& app, Exit& exit) {
  CLI::App* group = app.add_subcommand("poke", "Look once for what a sensor waits for");
  group->require_subcommand(1);
  CLI::App* verb = group->add_subcommand("file", "Look for files, as sensor.file does");
  verb->footer("Exits 0 when they are there, 75 when not yet, 1 when they can't be looked at.");
  auto options = std::make_shared<PokeFileOptions>();
  verb->add_option("PATH", options->path, "a path or a pattern")->required();
  verb->add_option("--stable-for", options->stable_for, "unchanged for so long, e.g. 30s");
  verb->add_option("--min-size", options->min_size, "of each file, e.g. 64KiB");
  verb->callback([options, &exit] { exit.code = poke_file(*options); });
}

}  // namespace

void add_offline(CLI::App& app, Exit& exit) {
  add_init(app, exit);
  add_validate(app, exit);
  add_run(app, exit);
  add_render(app, exit);
  add_next(app, exit);
  add_poke(app, exit);
  add_db(app, exit);
  add_secrets(app, exit);
}

}  // namespace weft::cli

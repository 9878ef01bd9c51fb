// audit: who did what. `verify` reads a data folder, `list` asks a server.

#include <memory>
#include <string>

#include "cli/client_verb.h"
#include "cli/offline.h"

namespace weft::cli {
namespace {

void add_audit_verify(CLI::App& group, Exit& exit) {
  CLI::App* verb = group.add_subcommand("verify", "Check that no entry was changed or taken out");
  verb->footer("Changes nothing; the server may run. Exits 1 when the chain is broken.");
  auto data = std::make_shared<std::string>("weft-data");
  auto head = std::make_shared<std::string>();
  auto form = std::make_shared<Form>(Form::table);
  verb->add_option("--data", *data, "the server's data folder")->capture_default_str();
  verb->add_option("--head", *head,
                   "the last hash that you wrote down: the chain must end with it still");
  add_form(*verb, *form);
  verb->callback([data, head, form, &exit] { exit.code = verify_audit(*data, *head, *form); });
}

void add_audit_list(CLI::App& group, Exit& exit) {
  const Verb list = add_verb(group, exit, "list", "List what people did, the newest first",
                             [](const Words& w) { return list_audit(w.server, w.audit, w.list); });
  list.with_page();
  AuditOptions& audit = list.words->audit;
  list.app->add_option("--user", audit.user, "only what this user did");
  list.app->add_option("--action", audit.action, "only this, such as trigger or delete_run");
  list.app->add_option("--dag", audit.dag, "only what was done to this DAG");
  list.app->add_option("--since", audit.since, "from this time on");
  list.app->add_option("--until", audit.until, "up to this time");
}

}  // namespace

void add_audit(CLI::App& app, Exit& exit) {
  CLI::App& group = add_group(app, "audit", "Who did what");
  add_audit_list(group, exit);
  add_audit_verify(group, exit);
}

}  // namespace weft::cli

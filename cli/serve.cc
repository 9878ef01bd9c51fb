#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "cli/verbs.h"
#include "server/daemon/run.h"
#include "worker/agent/agent.h"
#include "worker/runner/runner.h"

namespace weft::cli {
namespace {

void add_secret_options(CLI::App& verb, daemon::Settings& settings) {
  verb.add_option("--secrets-key", settings.secrets_key,
                  "file with the key of variables and connections, made when it is not there; "
                  "~/.config/weft/secrets.key unless given. Keep it out of --data, and back it up")
      ->envname("WEFT_SECRETS_KEY_FILE");
  verb.add_option("--secrets-file", settings.secrets_file,
                  "JSON file with variables and connections, asked before all else; mode 0600")
      ->envname("WEFT_SECRETS_FILE");
  secrets::VaultSettings& vault = settings.vault;
  verb.add_option("--vault-addr", vault.addr,
                  "URL of a HashiCorp Vault with variables and connections (KV version 2). Its "
                  "token: one of the files below, or VAULT_TOKEN")
      ->envname("WEFT_VAULT_ADDR");
  verb.add_option("--vault-mount", vault.mount, "where its KV engine is")
      ->envname("WEFT_VAULT_MOUNT")
      ->capture_default_str();
  verb.add_option("--vault-variables-path", vault.variables_path,
                  "beneath the mount; \"\": it has no variables")
      ->envname("WEFT_VAULT_VARIABLES_PATH")
      ->capture_default_str();
  verb.add_option("--vault-connections-path", vault.connections_path,
                  "beneath the mount; \"\": it has no connections")
      ->envname("WEFT_VAULT_CONNECTIONS_PATH")
      ->capture_default_str();
  verb.add_option("--vault-namespace", vault.name_space, "Vault's namespace")
      ->envname("WEFT_VAULT_NAMESPACE");
  verb.add_option("--vault-ca", vault.ca_file, "PEM file with who may sign Vault's certificate")
      ->envname("WEFT_VAULT_CA");
  verb.add_option("--vault-token-file", vault.token_file, "file with a token; mode 0600")
      ->envname("WEFT_VAULT_TOKEN_FILE");
  verb.add_option("--vault-role-id", vault.role_id, "sign in by AppRole, as this role")
      ->envname("WEFT_VAULT_ROLE_ID");
  verb.add_option("--vault-secret-id-file", vault.secret_id_file,
                  "file with the AppRole's secret id; mode 0600")
      ->envname("WEFT_VAULT_SECRET_ID_FILE");
}

void add_oidc_options(CLI::App& verb, auth::OidcSettings& oidc) {
  verb.add_option("--oidc-issuer", oidc.issuer, "URL of an OpenID provider by which people sign in")
      ->envname("WEFT_OIDC_ISSUER");
  verb.add_option("--oidc-client-id", oidc.client_id, "as what this server is registered there")
      ->envname("WEFT_OIDC_CLIENT_ID");
  verb.add_option("--oidc-client-secret-file", oidc.client_secret_file,
                  "file with the client's secret, mode 0600; without one it is a public client")
      ->envname("WEFT_OIDC_CLIENT_SECRET_FILE");
  verb.add_option("--oidc-scopes", oidc.scopes, "what is asked for, with spaces between")
      ->envname("WEFT_OIDC_SCOPES")
      ->capture_default_str();
  verb.add_option("--oidc-username-claim", oidc.username_claim,
                  "where the user's name stands; preferred_username, else email, unless given")
      ->envname("WEFT_OIDC_USERNAME_CLAIM");
  verb.add_option("--oidc-groups-claim", oidc.groups_claim, "where the user's groups stand")
      ->envname("WEFT_OIDC_GROUPS_CLAIM")
      ->capture_default_str();
  verb.add_option("--oidc-role", oidc.group_roles,
                  "GROUP=ROLE: what members of a group may; may be repeated, the highest counts")
      ->allow_extra_args(false);
  verb.add_option("--oidc-default-role", oidc.default_role,
                  "of who is in none of these groups; unless given, they stay out")
      ->envname("WEFT_OIDC_DEFAULT_ROLE");
  verb.add_option("--oidc-name", oidc.name, "what the button on the sign-in page says")
      ->envname("WEFT_OIDC_NAME")
      ->capture_default_str();
  verb.add_option("--oidc-ca", oidc.ca_file,
                  "PEM file with who may sign the provider's certificate")
      ->envname("WEFT_OIDC_CA");
}

void add_server_options(CLI::App& verb, daemon::Settings& settings) {
  verb.add_option("--listen", settings.listen, "ADDRESS:PORT; port 0 picks a free one")
      ->capture_default_str();
  verb.add_option("--data", settings.data, "folder of the database, the logs and the tokens")
      ->capture_default_str();
  verb.add_option("--dags", settings.dags, "folder with DAG files");
  verb.add_option("--config", settings.config, "weft.json");
  verb.add_option("--public-url", settings.public_url, "URL by which others reach this server");
  CLI::Option* const cert =
      verb.add_option("--tls-cert", settings.tls_cert,
                      "PEM file with the certificate and its chain: the server speaks TLS. Read "
                      "again when it changes, and on SIGHUP")
          ->envname("WEFT_TLS_CERT");
  CLI::Option* const key = verb.add_option("--tls-key", settings.tls_key,
                                           "PEM file with its key, which only the owner can read")
                               ->envname("WEFT_TLS_KEY");
  cert->needs(key);
  key->needs(cert);
  verb.add_flag("--behind-proxy", settings.behind_proxy,
                "a proxy speaks TLS in front: an address that is not loopback is allowed, and "
                "X-Forwarded-For, -Proto and -Host are believed");
  verb.add_option("--base-path", settings.base_path,
                  "path under which everything is served, e.g. /weft");
  verb.add_flag("--public-metrics", settings.public_metrics,
                "let everyone read /metrics; else it wants a token with the role viewer");
  verb.add_flag("--reset-admin", settings.reset_admin,
                "make the account \"admin\" anew: enabled, role admin, with a new admin-token");
  add_secret_options(verb, settings);
  add_oidc_options(verb, settings.oidc);
  verb.add_option("--log-level", settings.log_level)
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
}

void add_server(CLI::App& app, Exit& exit) {
  CLI::App* verb = app.add_subcommand("server", "Run the server");
  auto settings = std::make_shared<daemon::Settings>();
  add_server_options(*verb, *settings);
  verb->callback([settings, &exit] { exit.code = daemon::run_server(*settings); });
}

void add_dev(CLI::App& app, Exit& exit) {
  CLI::App* verb = app.add_subcommand("dev", "Run server and worker on this machine");
  auto settings = std::make_shared<daemon::DevSettings>();
  auto no_examples = std::make_shared<bool>(false);
  add_server_options(*verb, settings->server);
  verb->add_option("--slots", settings->slots, "attempts that run at the same time")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  verb->add_flag("--no-examples", *no_examples, "start with an empty folder of DAG files");
  verb->callback([settings, no_examples, &exit] {
    settings->examples = !*no_examples;
    exit.code = daemon::run_dev(*settings);
  });
}

/// The token in a file, or in WEFT_TOKEN. A worker that has joined needs none.
void read_token(const std::string& path, worker::AgentOptions& options) {
  if (path.empty()) {
    if (const char* const token = std::getenv("WEFT_TOKEN")) options.token = token;
    return;
  }
  std::ifstream file(path);
  if (!std::getline(file, options.token) || options.token.empty())
    options.no_token = "cannot read a token from " + path;
}

/// A worker of `weft dev` must not outlive it; what it runs belongs to its runner, which does.
bool end_with(pid_t parent) {
  return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent;
}

void add_worker(CLI::App& app, Exit& exit) {
  CLI::App* verb = app.add_subcommand("worker", "Run a worker");
  auto options = std::make_shared<worker::AgentOptions>();
  auto token_file = std::make_shared<std::string>();
  auto parent = std::make_shared<pid_t>(0);
  options->version = WEFT_VERSION;
  options->state_dir = "weft-worker";
  verb->add_option("--server", options->server_url, "the server's URL")
      ->envname("WEFT_SERVER")
      ->required();
  verb->add_option("--token-file", *token_file,
                   "file with the token with which it joins (see `weft workers "
                   "invite`); later it has a key of its own, in --state");
  verb->add_option("--ca-cert", options->ca_cert,
                   "PEM file with the CAs that may have signed the server's certificate, instead "
                   "of the system's")
      ->envname("WEFT_CA_CERT");
  verb->add_option("--slots", options->slots, "attempts that run at the same time")
      ->capture_default_str();
  verb->add_option("--queues", options->queues, "queues to serve, with commas between")
      ->delimiter(',')
      ->capture_default_str();
  verb->add_option("--state", options->state_dir, "folder for what must survive a restart")
      ->capture_default_str();
  verb->add_option("--name", options->name, "this worker's name; the host's unless given");
  verb->add_option("--pass-env", options->pass_env,
                   "variables of this process that tasks may see, e.g. AWS_*")
      ->delimiter(',');
  verb->add_option("--end-with-parent", *parent)->group("");
  verb->callback([options, token_file, parent, &exit] {
    if (*parent != 0 && !end_with(*parent)) {
      exit.code = 1;
      return;
    }
    read_token(*token_file, *options);
    exit.code = worker::run_agent(*options);
  });
}

void add_runner(CLI::App& app, Exit& exit) {
  CLI::App* verb = app.add_subcommand("runner", "Own the attempts of a worker")->group("");
  auto options = std::make_shared<worker::RunnerOptions>();
  verb->add_option("--state", options->state_dir)->required();
  verb->callback([options, &exit] { exit.code = worker::run_runner(*options); });
}

}  // namespace

void add_serve(CLI::App& app, Exit& exit) {
  add_server(app, exit);
  add_worker(app, exit);
  add_dev(app, exit);
  add_runner(app, exit);
}

}  // namespace weft::cli

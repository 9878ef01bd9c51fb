#include "server/daemon/daemon.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <future>
#include <utility>

#include "server/auth/first_account.h"
#include "server/auth/token_file.h"
#include "server/daemon/attempt_logs.h"
#include "server/daemon/disk_alarm.h"
#include "server/daemon/log_sync.h"
#include "server/daemon/open_files.h"
#include "server/daemon/retention.h"
#include "server/daemon/routes.h"
#include "server/engine/engine_clock.h"
#include "server/net/server.h"
#include "server/secrets/environment.h"
#include "server/secrets/file_source.h"
#include "server/secrets/stored.h"
#include "server/secrets/vault_source.h"
#include "server/storage/data_lock.h"
#include "server/storage/queries/known_files.h"
#include "server/storage/queries/records.h"
#include "server/storage/queries/worker_keys.h"
#include "server/storage/writer.h"

namespace weft::daemon {
namespace {

constexpr std::size_t pool_threads = 4;
constexpr std::size_t pool_queue = 256;
/// What workers hand in waits for no list that somebody looks at.
constexpr std::size_t dispatch_threads = 2;
/// Nor for a secret that another machine is slow to hand out.
constexpr std::size_t lookup_threads = 2;
/// Nor for an OpenID provider, which whoever calls can make us ask: few wait, the others are told.
constexpr std::size_t oidc_threads = 2, oidc_queue = 16;
constexpr Duration stop_grace = std::chrono::seconds(3);

/// One that speaks TLS holds some 100 KiB.
constexpr std::size_t max_connections = 16'384, max_tls_connections = 4'096;
/// Of open files: what is not a connection.
constexpr std::size_t other_files = 512;

http::Limits limits(bool with_tls) {
  http::Limits limits;
  const std::size_t wanted = with_tls ? max_tls_connections : max_connections;
  const std::size_t files = raise_open_files(wanted + other_files);
  limits.connections = std::min(wanted, files > 2 * other_files ? files - other_files : files / 2);
  limits.body_bytes_under = {
      {std::string(dispatch::worker_api) + "/results", dispatch::max_results_bytes},
      {std::string(dispatch::worker_api) + "/attempts/", dispatch::max_log_call_bytes},
      {"/api/v2/dags/validate", 32 << 20},
      {std::string(auth::sign_in_prefix), 4 << 10}};
  return limits;
}

void tell_of_certificate(const Result<std::string>& certificate) {
  if (certificate) {
    spdlog::info("TLS: the certificate is now that of {}", *certificate);
  } else {
    spdlog::error("TLS: the certificate in use stays: {}", certificate.error().message);
  }
}

}  // namespace

/// In the order of their making; stop() ends them in the order that their threads need.
struct Daemon::Parts {
  explicit Parts(Settings settings_in)
      : settings(std::move(settings_in)),
        pool(pool_threads, pool_queue),
        dispatch_pool(dispatch_threads, pool_queue),
        lookup_pool(lookup_threads, pool_queue) {}

  Settings settings;
  SchedulerConfig scheduler;
  SystemClock clock;
  std::atomic<std::uint64_t> commits = 0;
  std::optional<storage::DataLock> lock;
  std::string admin_token, worker_token;
  std::shared_ptr<const secrets::Keyring> keys;
  std::unique_ptr<storage::Writer> writer;
  std::unique_ptr<storage::Readers> readers, dispatch_readers, lookup_readers;
  std::unique_ptr<secrets::Lookup> lookup;
  std::unique_ptr<storage::LogStore> logs;
  std::unique_ptr<StoredAttemptLogs> attempt_logs;
  auth::Directory directory;
  auth::Throttle throttle;
  std::unique_ptr<auth::WorkerKeys> worker_keys;
  std::unique_ptr<auth::Access> access;
  http::WorkerPool pool, dispatch_pool, lookup_pool;
  std::unique_ptr<http::WorkerPool> oidc_pool;  ///< nullptr: there is no provider
  http::IoLoop loop;
  std::unique_ptr<http::Server> server;
  std::unique_ptr<dispatch::Dispatch> dispatch;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<auth::Cookies> cookies;
  std::unique_ptr<auth::Sessions> sessions;
  std::unique_ptr<auth::SignIn> sign_in;
  std::unique_ptr<auth::OidcSignIn> oidc;
  std::unique_ptr<auth::SignInRoutes> sign_in_routes;
  std::unique_ptr<Api> api;
  std::unique_ptr<Routes> routes;
  std::unique_ptr<Loader> loader;
  std::unique_ptr<Retention> retention;
  std::optional<LogSync> log_sync;
  std::optional<DiskAlarm> disk_alarm;
  bool is_running = false;

  std::string in_data(const char* name) const { return settings.data + "/" + name; }
  storage::DiskWatch disk() const { return {settings.data, settings.low_disk}; }
  Result<void> open_data();
  Result<void> open_sources();
  Result<void> listen();
  void on_effects(std::vector<Effect> effects);
  Result<void> start_engine();
  Result<void> start_accounts();
  void start_sign_in();
  Result<void> start_loader();
};

Result<void> Daemon::Parts::open_data() {
  TRY_ASSIGN(lock, storage::DataLock::acquire(settings.data));
  TRY_ASSIGN(worker_token, auth::load_or_make_token(in_data("worker-token")));
  worker_keys = std::make_unique<auth::WorkerKeys>(
      worker_token, [this](const Engine::Write& write) { return engine->write(write); },
      [this](const std::string& worker) {
        loop.post([this, worker] { dispatch->cut_off(worker); });
      });
  const auto note_use = [this](TokenRow row) {
    // Of no weight: dropped when the engine has too much to do.
    engine->post(PutRecord{.record = std::move(row), .mode = PutRecord::Mode::update}, {});
  };
  access =
      std::make_unique<auth::Access>(*worker_keys, directory, clock, note_use, settings.public_url);
  if (settings.public_metrics) access->open_metrics();
  if (settings.secrets_key.empty()) {
    TRY_ASSIGN(settings.secrets_key, secrets::default_key_path());
  }
  TRY_ASSIGN(settings.oidc, auth::checked(settings.oidc));
  TRY_ASSIGN(keys, secrets::Keyring::load_or_make(settings.secrets_key));
  return {};
}

Result<void> Daemon::Parts::listen() {
  http::ServerOptions options;
  TRY_ASSIGN(options.listen, http::parse_listen_address(settings.listen));
  options.behind_proxy = settings.behind_proxy;
  TRY_ASSIGN(settings.base_path, http::parse_base_path(settings.base_path));
  options.base_path = settings.base_path;
  if (!settings.tls_cert.empty()) {
    options.tls.emplace(http::TlsOptions{
        .files = {settings.tls_cert, settings.tls_key},
        .told = [](const Result<std::string>& certificate) { tell_of_certificate(certificate); }});
  }
  if (!settings.public_url.empty()) options.public_hosts.push_back(settings.public_url);
  options.limits = limits(options.tls.has_value());
  options.routes = Routes::counted();
  options.admit = [this](const http::Request& head) { return access->refuse(head); };
  TRY_ASSIGN(server, http::Server::listen(std::move(options), loop, pool,
                                          [this](http::Request request, http::Respond respond) {
                                            routes->handle(std::move(request), std::move(respond));
                                          }));
  return {};
}

/// In the order of Airflow: what was set up apart, the environment, the database.
Result<void> Daemon::Parts::open_sources() {
  TRY_ASSIGN(lookup_readers, storage::Readers::open(writer->location(), lookup_threads));
  std::vector<std::unique_ptr<secrets::Source>> sources;
  if (!settings.secrets_file.empty()) {
    TRY_ASSIGN(auto file, secrets::FileSource::open(settings.secrets_file));
    sources.push_back(std::move(file));
  }
  if (const char* token = std::getenv("VAULT_TOKEN")) settings.vault.token = token;
  TRY_ASSIGN(const auto vault, secrets::checked(settings.vault));
  if (!vault.addr.empty()) sources.push_back(std::make_unique<secrets::VaultSource>(vault));
  sources.push_back(std::make_unique<secrets::EnvironmentSource>(&std::getenv));
  sources.push_back(std::make_unique<secrets::StoredSource>(*keys, *lookup_readers));
  lookup = std::make_unique<secrets::Lookup>(std::move(sources));
  return {};
}

Result<void> Daemon::Parts::start_engine() {
  TRY_ASSIGN(writer, storage::Writer::open(storage::database_path(settings.data)));
  TRY_ASSIGN(readers, storage::Readers::open(writer->location(), pool_threads));
  TRY_ASSIGN(dispatch_readers, storage::Readers::open(writer->location(), dispatch_threads));
  TRY(open_sources());
  logs = std::make_unique<storage::LogStore>(in_data("logs"));
  attempt_logs = std::make_unique<StoredAttemptLogs>(*dispatch_readers, *logs);

  dispatch::DispatchOptions options;
  options.database_id = writer->database_id();
  options.background = [this](std::function<void()> task) {
    return dispatch_pool.submit(std::move(task));
  };
  options.idle = [this](std::function<void()> task) { return pool.submit(std::move(task)); };
  options.fetch = [this](std::function<void()> task) {
    return lookup_pool.submit(std::move(task));
  };
  options.stored = [this](const std::vector<StoredName>& names, const std::string& dag_id) {
    return lookup->values_for(names, dag_id);
  };
  options.render.api_url = settings.public_url.empty() ? server->url() : settings.public_url;
  for (const Bundle& bundle : settings.bundles) {
    options.render.bundle_roots.emplace(bundle.name, bundle.path);
  }
  dispatch =
      std::make_unique<dispatch::Dispatch>(std::move(options), loop, *attempt_logs, *worker_keys);

  EngineOptions engine_options;
  engine_options.scheduler = scheduler;
  const auto stats = engine_options.stats;
  TRY_ASSIGN(engine, Engine::start(
                         engine_options, *writer, clock,
                         [this](std::vector<Effect> effects) { on_effects(std::move(effects)); },
                         [this] {
                           commits.fetch_add(1, std::memory_order_release);
                           server->wake_streams();
                         }));
  TRY_ASSIGN(auto owners, readers->with(storage::session_owners));
  dispatch->attach(*engine, std::move(owners));
  TRY(start_accounts());
  start_sign_in();
  for (const PoolRow& pool_row : settings.pools) {
    TRY(engine->call(PutPool{pool_row, false, "weft.json"}));
  }
  api = std::make_unique<Api>(ApiDependencies{.engine = *engine,
                                              .readers = *readers,
                                              .versions = writer->versions(),
                                              .logs = *logs,
                                              .clock = clock,
                                              .keys = keys,
                                              .worker_keys = *worker_keys,
                                              .throttle = throttle,
                                              .password_cost = settings.password_cost,
                                              .commits = commits,
                                              .stats = stats,
                                              .traffic = &server->traffic(),
                                              .public_metrics = settings.public_metrics,
                                              .disk = disk(),
                                              .database_id = writer->database_id(),
                                              .version = program_version});
  routes =
      std::make_unique<Routes>(*access, *sign_in_routes, *dispatch, *api, pool, settings.base_path);
  return {};
}

Result<void> Daemon::Parts::start_accounts() {
  TRY_ASSIGN(admin_token, auth::set_up_first_account({.token_path = in_data("admin-token"),
                                                      .reset = settings.reset_admin,
                                                      .cost = settings.password_cost},
                                                     *engine, *readers, clock.now().wall));
  // The loop does not run yet: what the commits above have posted to it comes after this, and says
  // the same.
  TRY_ASSIGN(auto users, readers->with(storage::all_users));
  TRY_ASSIGN(auto tokens, readers->with(storage::all_tokens));
  directory.load(std::move(users), std::move(tokens));
  TRY_ASSIGN(auto join_tokens, readers->with(storage::all_join_tokens));
  TRY_ASSIGN(auto keys_of_workers, readers->with(storage::all_worker_keys));
  worker_keys->load(std::move(join_tokens), std::move(keys_of_workers));
  return {};
}

void Daemon::Parts::start_sign_in() {
  cookies = std::make_unique<auth::Cookies>(settings.base_path);
  sessions = std::make_unique<auth::Sessions>(directory, *engine, clock);
  sign_in = std::make_unique<auth::SignIn>(auth::SignInDependencies{
      .directory = directory,
      .throttle = throttle,
      .engine = *engine,
      .clock = clock,
      .loop = loop,
      .background = [this](std::function<void()> task) { return pool.submit(std::move(task)); },
      .cost = settings.password_cost});
  if (settings.oidc.is_on()) {
    oidc_pool = std::make_unique<http::WorkerPool>(oidc_threads, oidc_queue);
    oidc = std::make_unique<auth::OidcSignIn>(
        settings.oidc, auth::OidcDependencies{.directory = directory,
                                              .engine = *engine,
                                              .readers = *readers,
                                              .clock = clock,
                                              .loop = loop,
                                              .cookies = *cookies,
                                              .background =
                                                  [this](std::function<void()> task) {
                                                    return oidc_pool->submit(std::move(task));
                                                  },
                                              .public_url = settings.public_url,
                                              .base_path = settings.base_path});
  }
  sign_in_routes =
      std::make_unique<auth::SignInRoutes>(auth::SignInRoutesDependencies{.access = *access,
                                                                          .directory = directory,
                                                                          .sign_in = *sign_in,
                                                                          .sessions = *sessions,
                                                                          .cookies = *cookies,
                                                                          .clock = clock,
                                                                          .oidc = oidc.get()});
}

void Daemon::Parts::on_effects(std::vector<Effect> effects) {
  std::vector<RecordChanged> changed;
  for (const Effect& effect : effects)
    if (const auto* record = std::get_if<RecordChanged>(&effect)) changed.push_back(*record);
  // Posted before the replies are given: no answer to a revocation leaves before it counts.
  if (!changed.empty())
    loop.post([this, changed = std::move(changed)] {
      for (const RecordChanged& record : changed) directory.apply(record);
      // Streams of a caller who may not hear any more end.
      server->wake_streams();
    });
  dispatch->on_effects(std::move(effects));
}

Result<void> Daemon::Parts::start_loader() {
  LoaderOptions options;
  options.bundles = settings.bundles;
  TRY_ASSIGN(options.known, readers->with([](storage::Reader& reader) {
    return storage::list_known_files(reader);
  }));
  TRY_ASSIGN(loader, Loader::start(std::move(options), *engine));
  return {};
}

Result<std::unique_ptr<Daemon>> Daemon::start(Settings settings) {
  ::umask(077);
  TRY_ASSIGN(settings, with_config(std::move(settings)));
  auto daemon = std::unique_ptr<Daemon>(new Daemon(std::make_unique<Parts>(std::move(settings))));
  Parts& parts = *daemon->parts_;
  TRY(parts.open_data());
  TRY(parts.listen());
  TRY(parts.start_engine());
  TRY(parts.start_loader());
  parts.loop.start();
  parts.server->start();
  parts.retention = std::make_unique<Retention>(parts.settings.retention, *parts.engine,
                                                *parts.readers, parts.in_data("logs"), parts.clock);
  parts.retention->start();
  parts.log_sync.emplace(*parts.logs);
  parts.disk_alarm.emplace(parts.disk());
  parts.is_running = true;
  return daemon;
}

Daemon::Daemon(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Daemon::~Daemon() {
  stop();
}

std::string Daemon::url() const {
  return parts_->server->url();
}
const std::string& Daemon::admin_token() const {
  return parts_->admin_token;
}
std::string Daemon::admin_token_path() const {
  return parts_->in_data("admin-token");
}
std::string Daemon::worker_token_path() const {
  return parts_->in_data("worker-token");
}

void Daemon::reload() {
  if (parts_->loader) parts_->loader->rescan();
  if (parts_->server) parts_->server->reload_certificate();
}

void Daemon::stop() {
  Parts& parts = *parts_;
  if (parts.oidc) parts.oidc->stop();
  if (parts.retention) parts.retention->stop();
  parts.disk_alarm.reset();
  if (parts.loader) parts.loader->stop();
  if (parts.engine) parts.engine->stop();
  if (std::exchange(parts.is_running, false)) {
    // The last thing that workers hear is how long their attempts may go on without a server.
    parts.loop.post([&parts] { parts.dispatch->release_polls(parts.scheduler.stop_lease); });
    std::promise<void> stopped;
    parts.server->stop(stop_grace, [&stopped] { stopped.set_value(); });
    stopped.get_future().wait();
  }
  parts.pool.stop();
  parts.dispatch_pool.stop();
  if (parts.log_sync) parts.log_sync->stop();
  parts.lookup_pool.stop();
  if (parts.oidc_pool) parts.oidc_pool->stop();
  parts.loop.stop();
}

}  // namespace weft::daemon

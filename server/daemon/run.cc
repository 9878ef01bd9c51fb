#include "server/daemon/run.h"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

#include "server/daemon/child.h"
#include "server/daemon/daemon.h"
#include "server/daemon/examples.h"
#include "server/daemon/signals.h"

namespace weft::daemon {
namespace {

constexpr std::chrono::milliseconds worker_grace{3'000}, worker_cancel_grace{12'000};
constexpr std::chrono::milliseconds restart_delay{1'000};
constexpr int worker_option_wrong = 2, worker_refused = 3;

void set_up_log(const std::string& level) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("weft"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  spdlog::set_level(spdlog::level::from_str(level));
}

int say_why(const char* verb, const Error& error) {
  fmt::print(stderr, "weft {}: {}\n", verb, error.message);
  return 1;
}

void announce(const Daemon& daemon) {
  fmt::print("listening on {}\n", daemon.url());
  std::fflush(stdout);
}

void say_how_to_sign_in(const Daemon& daemon, bool with_link) {
  // The link holds the token: it is shown to a person, never to a log that others may read.
  if (daemon.admin_token().empty()) {
    fmt::print(stderr, "sign in: {}\n", daemon.url());
    return;
  }
  if (with_link && ::isatty(STDERR_FILENO) != 0) {
    fmt::print(stderr, "sign in: {}/#token={}\n", daemon.url(), daemon.admin_token());
    return;
  }
  fmt::print(stderr, "sign in: {} as \"admin\" with the token in {}\n", daemon.url(),
             daemon.admin_token_path());
}

/// With TLS the worker calls the server by the name that its certificate has.
Child::Spec worker_spec(const DevSettings& settings, const Daemon& daemon) {
  const Settings& server = settings.server;
  const bool has_name = !server.tls_cert.empty() && !server.public_url.empty();
  Child::Spec spec{{"/proc/self/exe", "worker", "--server",
                    has_name ? server.public_url : daemon.url(), "--token-file",
                    daemon.worker_token_path(), "--slots", std::to_string(settings.slots),
                    "--queues", "default", "--state", server.data + "/worker", "--name", "local",
                    "--end-with-parent", std::to_string(::getpid())}};
  // Trusts this certificate, whoever has signed it.
  if (!server.tls_cert.empty()) {
    spec.arguments.insert(spec.arguments.end(), {"--ca-cert", server.tls_cert});
  }
  return spec;
}

/// Until a stop signal. Returns the exit code.
int watch(Signals& signals, Daemon& daemon, Child& worker) {
  for (;;) {
    const int signal = worker.is_running() ? signals.wait() : signals.wait_for(restart_delay);
    if (signal == SIGTERM || signal == SIGINT) return 0;
    if (signal == SIGHUP) daemon.reload();
    if (const auto status = worker.reap()) {
      if (*status == worker_option_wrong || *status == worker_refused) return 1;
      spdlog::warn("the worker ended with {}; it is started again", *status);
    } else if (!worker.is_running()) {
      if (const auto started = worker.start(); !started) return say_why("dev", started.error());
    }
  }
}

/// What runs may end, then is cancelled, then killed.
void stop_worker(Signals& signals, Child& worker) {
  for (const auto& [signal, grace] :
       {std::pair{SIGTERM, worker_grace}, std::pair{SIGTERM, worker_cancel_grace},
        std::pair{SIGKILL, worker_cancel_grace}}) {
    worker.send(signal);
    const auto end = std::chrono::steady_clock::now() + grace;
    while (worker.is_running() && std::chrono::steady_clock::now() < end) {
      signals.wait_for(std::chrono::milliseconds(100));
      worker.reap();
    }
    if (!worker.is_running()) return;
  }
}

}  // namespace

int run_server(const Settings& settings) {
  Signals signals;
  set_up_log(settings.log_level);
  auto daemon = Daemon::start(settings);
  if (!daemon) return say_why("server", daemon.error());
  announce(**daemon);
  say_how_to_sign_in(**daemon, false);
  for (;;) {
    const int signal = signals.wait();
    if (signal == SIGHUP) (*daemon)->reload();
    if (signal == SIGTERM || signal == SIGINT) break;
  }
  spdlog::info("stopping");
  (*daemon)->stop();
  return 0;
}

int run_dev(DevSettings settings) {
  Signals signals;
  set_up_log(settings.server.log_level);
  if (settings.server.dags.empty()) {
    settings.server.dags = settings.server.data + "/dags";
    const auto made = make_dags_folder(settings.server.dags, settings.examples);
    if (!made) return say_why("dev", made.error());
  }
  auto daemon = Daemon::start(settings.server);
  if (!daemon) return say_why("dev", daemon.error());
  Child worker(worker_spec(settings, **daemon));
  if (const auto started = worker.start(); !started) return say_why("dev", started.error());
  announce(**daemon);
  say_how_to_sign_in(**daemon, true);
  const int status = watch(signals, **daemon, worker);
  spdlog::info("stopping");
  stop_worker(signals, worker);
  (*daemon)->stop();
  return status;
}

}  // namespace weft::daemon

#pragma once

// The agent: the worker's process that speaks to the server. It can be killed, restarted or
// upgraded at any time: the runner (worker/runner/runner.h) owns what runs. Start reading at
// worker/agent/protocol.h; agent_loop.cc does its I/O.

#include <chrono>
#include <string>
#include <vector>

namespace weft::worker {

struct AgentOptions {
  std::string server_url;  ///< http://HOST:PORT or https://…
  std::string ca_cert;     ///< PEM file of the CAs that are trusted, "" = the system's
  std::string token;       ///< with which it joins; "" when its state folder has its key
  std::string no_token;    ///< why there is none, in words
  int slots = 8;           ///< 1 to 10,000
  std::vector<std::string> queues{"default"};
  std::string state_dir;
  std::string name;                   ///< "" = the host's name
  std::vector<std::string> pass_env;  ///< globs of variables that tasks may see
  std::string version = "0.1.0";
  std::string binary = "/proc/self/exe";   ///< run as `BINARY runner --state DIR`
  std::chrono::seconds drain_limit{3600};  ///< after SIGTERM, before what runs is cancelled
};

/// Works until SIGTERM or SIGINT has drained it (a second one cancels what runs), or the server
/// refuses it. Returns the process's exit code: 0; 1 the state folder or the runner is unusable;
/// 2 an option is wrong, or neither token nor key is there; 3 the server says no. Says why on
/// stderr. REQUIRES: the main thread, no other one that handles SIGTERM and SIGINT.
int run_agent(const AgentOptions& options);

}  // namespace weft::worker

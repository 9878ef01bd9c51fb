#include "worker/agent/agent.h"

#include <unistd.h>

#include <cstdio>

#include <fmt/format.h>

#include "worker/agent/agent_loop.h"
#include "worker/agent/worker_key.h"
#include "worker/runner/state_dir.h"

namespace weft::worker {
namespace {

constexpr int max_slots = 10'000;

bool is_id(std::string_view text) {
  if (text.empty() || text.size() > 250 || text == "." || text == "..") return false;
  return text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
             "_.-") == std::string_view::npos;
}

Result<void> check(const AgentOptions& options) {
  const auto wrong = [](std::string why) {
    return fail(ErrorCode::invalid_argument, std::move(why));
  };
  if (options.slots < 1 || options.slots > max_slots)
    return wrong(fmt::format("slots must be 1 to {}, not {}", max_slots, options.slots));
  if (!options.server_url.starts_with("http://") && !options.server_url.starts_with("https://"))
    return wrong(fmt::format("the server \"{}\" must be a URL such as http://127.0.0.1:8080",
                             options.server_url));
  if (!options.ca_cert.empty() && ::access(options.ca_cert.c_str(), R_OK) != 0)
    return wrong(fmt::format("cannot read the CAs in {}", options.ca_cert));
  if (options.token.find_first_of("\r\n \t") != std::string::npos)
    return wrong("the worker token is not one word");
  if (!options.name.empty() && !is_id(options.name))
    return wrong(fmt::format(
        "the name \"{}\" may only have letters, digits, _ . and -, at most 250", options.name));
  if (options.queues.empty()) return wrong("at least one queue is needed, e.g. \"default\"");
  for (const std::string& queue : options.queues)
    if (!is_id(queue)) return wrong(fmt::format("\"{}\" is not the name of a queue", queue));
  if (options.state_dir.empty()) return wrong("a state folder is needed");
  return {};
}

int refuse(int code, const Error& error) {
  std::fprintf(stderr, "worker: %s\n", error.message.c_str());
  return code;
}

}  // namespace

int run_agent(const AgentOptions& options) {
  if (const auto checked = check(options); !checked) return refuse(2, checked.error());
  const auto no_token = [&] {
    return refuse(2, {ErrorCode::invalid_argument, options.no_token.empty()
                                                       ? "no token: name its file with --token-file"
                                                       : options.no_token});
  };
  // Before a folder is made for nothing.
  if (options.token.empty() && load_key(options.state_dir).text.empty()) return no_token();
  const auto state_dir = make_state_dir(options.state_dir);
  if (!state_dir) return refuse(1, state_dir.error());
  const auto lock = take_lock(*state_dir + "/agent.lock", "a worker");
  if (!lock) return refuse(1, lock.error());
  WorkerKey key = load_key(*state_dir);
  // A folder that had another name before: that one's key is of no use.
  if (key.worker != worker_name(options.name)) key = {};
  if (key.text.empty() && options.token.empty()) return no_token();
  return AgentLoop(options, *state_dir, std::move(key.text)).run();
}

}  // namespace weft::worker

#include "worker/runner/state_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

namespace weft::worker {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t small_file_limit = 1 << 20;

std::string new_session() {
  unsigned char bytes[16];
  std::size_t have = 0;
  while (have < sizeof bytes) {
    const ssize_t got = getrandom(bytes + have, sizeof bytes - have, 0);
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

/// Outputs of attempts whose runner is gone are nobody's, and so are the rings that should have
/// become the ends of their logs. The logs stay: the agent decides.
void remove_remains(const std::string& state_dir) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(state_dir + "/outputs", ignored))
    fs::remove(entry.path(), ignored);
  for (const auto& entry : fs::directory_iterator(state_dir + "/logs", ignored))
    if (entry.path().extension() == ".tail") fs::remove(entry.path(), ignored);
}

}  // namespace

Result<std::string> make_state_dir(const std::string& path) {
  std::error_code failed;
  for (const char* folder : {"", "/logs", "/outputs", "/scratch", "/spool"}) {
    fs::create_directories(path + folder, failed);
    if (failed)
      return fail(ErrorCode::unavailable, fmt::format("the state folder {}{} cannot be made: {}",
                                                      path, folder, failed.message()));
  }
  fs::permissions(path, fs::perms::owner_all, failed);
  return fs::canonical(path, failed).string();
}

Result<UniqueFd> take_lock(const std::string& path, std::string_view who) {
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd)
    return fail(ErrorCode::unavailable,
                fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(ErrorCode::conflict,
                fmt::format("{} already runs with this state folder ({} is locked): stop it, or "
                            "choose another folder",
                            who, path));
  return fd;
}

std::string read_small_file(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char chunk[4096];
  ssize_t got = 0;
  while (fd && text.size() < small_file_limit && (got = read(fd.get(), chunk, sizeof chunk)) > 0)
    text.append(chunk, static_cast<std::size_t>(got));
  return text;
}

std::string read_session(const std::string& state_dir) {
  std::string text = read_small_file(state_dir + "/session");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.size() == 32 ? text : "";
}

Result<void> replace_file(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  UniqueFd fd(open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const bool written =
      fd && write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (!written || fdatasync(fd.get()) != 0 || rename(temporary.c_str(), path.c_str()) != 0)
    return fail(ErrorCode::unavailable,
                fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
  return {};
}

Result<StateDir> StateDir::take(const std::string& path) {
  StateDir state;
  TRY_ASSIGN(state.path_, make_state_dir(path));
  TRY_ASSIGN(state.lock_, take_lock(state.path_ + "/runner.lock", "a runner"));
  // For people, and for who must kill a runner that hangs.
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(state.lock_.get(), 0) != 0 ||
      pwrite(state.lock_.get(), pid.data(), pid.size(), 0) < 0)
    return fail(ErrorCode::unavailable, "runner.lock cannot be written");
  state.session_ = new_session();
  remove_remains(state.path_);
  TRY(replace_file(state.path_ + "/session", state.session_ + "\n"));
  return state;
}

}  // namespace weft::worker

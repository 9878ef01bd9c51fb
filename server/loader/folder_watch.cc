#include "server/loader/folder_watch.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace weft {
namespace {

constexpr std::uint32_t watched = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                  IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF |
                                  IN_ONLYDIR;

/// A new file is read when its writer has closed it; a link has no writer.
bool is_link(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return false;
  return S_ISLNK(status.st_mode) || status.st_nlink > 1;
}

}  // namespace

Result<FolderWatch> FolderWatch::open() {
  const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0)
    return fail(
        ErrorCode::unavailable,
        fmt::format("inotify: {}; raise fs.inotify.max_user_instances", std::strerror(errno)));
  return FolderWatch(fd);
}

FolderWatch::FolderWatch(FolderWatch&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), folder_of_(std::move(other.folder_of_)) {}

FolderWatch::~FolderWatch() {
  if (fd_ >= 0) close(fd_);
}

bool FolderWatch::watch(const std::vector<std::string>& folders) {
  std::map<int, std::string> now;
  bool all = true;
  for (const std::string& folder : folders) {
    const int wd = inotify_add_watch(fd_, folder.c_str(), watched);
    if (wd >= 0)
      now[wd] = folder;
    else if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
      all = false;
  }
  for (const auto& [wd, folder] : folder_of_)
    if (!now.contains(wd)) inotify_rm_watch(fd_, wd);
  folder_of_ = std::move(now);
  return all;
}

void FolderWatch::take(FolderChanges& changes) {
  alignas(inotify_event) std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t size = read(fd_, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    for (const char* at = buffer.data(); at < buffer.data() + size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      at += sizeof(inotify_event) + event->len;
      if ((event->mask & IN_IGNORED) != 0) continue;
      const auto folder = folder_of_.find(event->wd);
      constexpr std::uint32_t tree = IN_ISDIR | IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF;
      if (folder == folder_of_.end() || event->len == 0 || (event->mask & tree) != 0) {
        changes.folders_changed |= (event->mask & tree) != 0;
        continue;
      }
      const std::string name = event->name;
      const std::string path = folder->second + "/" + name;
      const bool made = (event->mask & (IN_CREATE | IN_MOVED_TO)) != 0;
      const bool link = made && is_link(path);
      // A hidden link is how mounted configuration changes all its files at once.
      if (name.starts_with('.')) {
        changes.folders_changed |= link;
        continue;
      }
      if ((event->mask & IN_CREATE) != 0 && !link) continue;
      changes.files.insert(path);
    }
  }
}

}  // namespace weft

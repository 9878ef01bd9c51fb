#include "server/loader/bundle_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "server/core/dag/parse.h"

namespace weft {
namespace {

namespace fs = std::filesystem;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<std::string> read_all(int fd, std::int64_t size, const std::string& name) {
  std::string text(static_cast<std::size_t>(size), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = ::read(fd, text.data() + done, text.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return fail(ErrorCode::unavailable,
                  fmt::format("cannot read {}: {}", name, std::strerror(errno)));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

void add(BundleListing& listing, const fs::directory_entry& entry, std::string relative) {
  std::error_code code;
  if (!entry.is_regular_file(code)) return;  // follows links
  if (dag_file_stem(relative))
    listing.dag_files.push_back(std::move(relative));
  else if (relative.ends_with(".json") && entry.path().filename() != "defaults.json")
    listing.other_json.push_back(std::move(relative));
}

}  // namespace

Result<BundleFolder> BundleFolder::open(const std::string& path) {
  std::error_code code;
  const fs::path real = fs::canonical(path, code);
  if (code)
    return fail(ErrorCode::not_found, fmt::format("the DAG folder {}: {}; make it, or name another",
                                                  path, code.message()));
  if (!fs::is_directory(real, code))
    return fail(ErrorCode::invalid_argument, fmt::format("{} is no folder of DAG files", path));
  return BundleFolder(path, real.string());
}

bool BundleFolder::has_moved() const {
  std::error_code code;
  return fs::canonical(path_, code).string() != root_ || code;
}

Result<void> BundleFolder::follow() {
  TRY_ASSIGN(const BundleFolder now, open(path_));
  root_ = now.root_;
  return {};
}

std::string BundleFolder::absolute(const std::string& relative) const {
  return relative.empty() ? root_ : root_ + "/" + relative;
}

Result<BundleListing> BundleFolder::walk() const {
  BundleListing listing;
  std::vector<std::string> waiting{""};
  while (!waiting.empty()) {
    const std::string folder = std::move(waiting.back());
    waiting.pop_back();
    std::error_code code;
    fs::directory_iterator entries(absolute(folder), code);
    if (code && folder.empty())
      return fail(ErrorCode::unavailable,
                  fmt::format("cannot read the DAG folder {}: {}", root_, code.message()));
    if (code) continue;  // gone since, or not for us
    listing.folders.push_back(folder);
    for (; entries != fs::directory_iterator(); entries.increment(code)) {
      if (code) break;
      const std::string name = entries->path().filename().string();
      if (name.starts_with('.')) continue;
      std::string relative = folder.empty() ? name : folder + "/" + name;
      std::error_code ignored;
      if (entries->is_symlink(ignored) ? leads_out(relative) : false) continue;
      if (entries->is_directory(ignored) && !entries->is_symlink(ignored))
        waiting.push_back(std::move(relative));
      else
        add(listing, *entries, std::move(relative));
    }
  }
  std::sort(listing.dag_files.begin(), listing.dag_files.end());
  std::sort(listing.other_json.begin(), listing.other_json.end());
  return listing;
}

bool BundleFolder::leads_out(const std::string& relative) const {
  std::error_code code;
  const std::string real = fs::canonical(absolute(relative), code).string();
  return code || !real.starts_with(root_ + "/");
}

std::optional<FileStamp> BundleFolder::stamp(const std::string& relative) const {
  struct stat status {};
  const std::string path = absolute(relative);
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  if (leads_out(relative)) return std::nullopt;
  return FileStamp{status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim),
                   status.st_ino};
}

Result<std::string> BundleFolder::read(const std::string& relative) const {
  // O_NONBLOCK: a named pipe must not hold us up.
  const Descriptor file(::open(absolute(relative).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (file.get() < 0 && errno == EACCES)
    return fail(ErrorCode::unavailable, fmt::format("{} may not be read by the server", relative));
  if (file.get() < 0 || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      leads_out(relative))
    return fail(ErrorCode::not_found, fmt::format("no file {} in the bundle", relative));
  if (status.st_size > max_bundle_file_bytes)
    return fail(ErrorCode::too_large, fmt::format("{} has {} bytes; at most {} (32 MiB) are read",
                                                  relative, status.st_size, max_bundle_file_bytes));
  return read_all(file.get(), status.st_size, relative);
}

std::optional<std::string> BundleFolder::beside(const std::string& from, const std::string& path) {
  if (path.empty() || path.front() == '/') return std::nullopt;
  const fs::path inside = (fs::path(from).parent_path() / path).lexically_normal();
  if (inside.empty() || *inside.begin() == ".." || *inside.begin() == ".") return std::nullopt;
  return inside.generic_string();
}

}  // namespace weft

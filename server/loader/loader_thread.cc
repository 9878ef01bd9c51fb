#include "server/loader/loader_thread.h"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "server/loader/misnamed.h"

namespace weft {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

/// Changes come in bursts (an editor's save, a checkout): read when it is quiet, or after this.
constexpr auto quiet = milliseconds(20);
constexpr auto longest_burst = milliseconds(100);
/// What the engine could not take, and folders that cannot be watched, are looked at this often.
constexpr auto retry = seconds(1);

}  // namespace

Result<std::unique_ptr<Loader>> Loader::start(LoaderOptions options, Engine& engine) {
  std::vector<std::pair<std::string, Catalog>> bundles;
  for (const Bundle& bundle : options.bundles) {
    TRY_ASSIGN(auto folder, BundleFolder::open(bundle.path));
    bundles.emplace_back(bundle.name, Catalog(std::move(folder)));
  }
  TRY_ASSIGN(auto watch, FolderWatch::open());
  const int wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd < 0) return fail(ErrorCode::unavailable, "the DAG loader: no more file descriptors");
  auto loader = std::make_unique<LoaderThread>(std::move(options), engine, std::move(watch),
                                               std::move(bundles), wake_fd);
  loader->begin();
  return loader;
}

LoaderThread::LoaderThread(LoaderOptions options, Engine& engine, FolderWatch watch,
                           std::vector<std::pair<std::string, Catalog>> bundles, int wake_fd)
    : options_(std::move(options)),
      delivery_(engine, options_.window),
      watch_(std::move(watch)),
      bundles_(std::move(bundles)),
      wake_fd_(wake_fd),
      known_(options_.known.begin(), options_.known.end()) {}

LoaderThread::~LoaderThread() {
  stop();
  close(wake_fd_);
}

void LoaderThread::begin() {
  thread_ = std::thread([this] { loop(); });
}

// --- any thread ---

LoaderStatus LoaderThread::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void LoaderThread::rescan() {
  rescan_wanted_ = true;
  wake();
}

void LoaderThread::stop() {
  std::call_once(stopped_, [this] {
    stopping_ = true;
    wake();
    if (thread_.joinable()) thread_.join();
  });
}

void LoaderThread::wake() const {
  const std::uint64_t one = 1;
  // A full counter wakes as well.
  if (write(wake_fd_, &one, sizeof one) < 0) return;
}

// --- the loader thread ---

void LoaderThread::loop() {
  while (!stopping_) {
    const bool is_due = first_ || rescan_wanted_.exchange(false) ||
                        steady_clock::now() >= next_whole_ || has_moved();
    FolderChanges changes = collect_changes();
    Work work;
    if (is_due || changes.folders_changed)
      compare_all(work);
    else if (changes.files.empty() && delivery_.undelivered().empty()) {
      wait(std::min(time_to_next(), Duration(retry)));
      continue;
    }
    add_concerned(changes.files, work);
    run_pass(std::move(work), is_due || changes.folders_changed);
    if (!delivery_.undelivered().empty() && !stopping_) wait(retry);
  }
}

/// False when the time is over.
bool LoaderThread::wait(Duration timeout) const {
  std::array<pollfd, 2> fds{{{watch_.fd(), POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
  const auto ms = std::chrono::ceil<milliseconds>(timeout).count();
  const int ready = poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(ms, 0)));
  std::uint64_t count = 0;
  if ((fds[1].revents & POLLIN) != 0 && read(wake_fd_, &count, sizeof count) < 0) return true;
  return ready > 0;
}

Duration LoaderThread::time_to_next() const {
  const auto left = std::chrono::ceil<Duration>(next_whole_ - steady_clock::now());
  return std::max(left, Duration{});
}

/// All that has changed, when the burst is over.
FolderChanges LoaderThread::collect_changes() {
  FolderChanges changes;
  watch_.take(changes);
  const auto end = steady_clock::now() + longest_burst;
  while (changes.any() && !stopping_ && steady_clock::now() < end && wait(quiet))
    watch_.take(changes);
  return changes;
}

/// Until the folders stay the same: what came before its folder was watched is seen, too.
void LoaderThread::compare_all(Work& work) {
  constexpr int most = 5;
  problem_.clear();
  const auto unread_before = std::exchange(unread_, {});
  std::set<std::string> watched;
  for (int i = 0; i < most; ++i)
    if (compare_once(work, watched)) break;
  for (const auto& [name, why] : unread_)
    if (!unread_before.contains(name)) spdlog::warn("bundle {}: {}", name, why);
  warn_of_misnamed();
  add_unknown(work);
  first_ = false;
  const Duration next = watches_all_ && unread_.empty() ? options_.rescan : Duration(retry);
  next_whole_ = steady_clock::now() + next;
}

/// No event tells that a link above a bundle leads elsewhere now.
bool LoaderThread::has_moved() const {
  return std::any_of(bundles_.begin(), bundles_.end(), [&](const auto& bundle) {
    return !unread_.contains(bundle.first) && bundle.second.folder().has_moved();
  });
}

bool LoaderThread::compare_once(Work& work, std::set<std::string>& watched) {
  std::set<std::string> folders;
  for (auto& [name, catalog] : bundles_) {
    std::vector<std::string> of_bundle;
    auto differing = catalog.compare(of_bundle);
    if (!differing) {
      problem_ = differing.error().message;
      unread_.emplace(name, problem_);
      continue;
    }
    folders.insert(of_bundle.begin(), of_bundle.end());
    for (const std::string& path : *differing) work.emplace(name, path);
  }
  if (folders == watched) return true;
  watched = std::move(folders);
  const bool all = watch_.watch({watched.begin(), watched.end()});
  if (!all) problem_ = "not all folders can be watched: raise fs.inotify.max_user_watches";
  if (!all && watches_all_) spdlog::warn("{}; looking every second instead", problem_);
  watches_all_ = all;
  return false;
}

void LoaderThread::add_concerned(const std::set<std::string>& files, Work& work) const {
  if (files.empty()) return;
  for (const auto& [name, catalog] : bundles_) {
    const std::string root = catalog.folder().root() + "/";
    std::set<std::string> inside;
    for (const std::string& file : files)
      if (file.starts_with(root)) inside.insert(file.substr(root.size()));
    for (const std::string& path : catalog.concerned(inside)) work.emplace(name, path);
  }
}

/// What the database knows and the disk doesn't have, not even its bundle; once, when the bundle
/// could be read.
void LoaderThread::add_unknown(Work& work) {
  std::erase_if(known_, [&](const BundleFile& file) {
    if (unread_.contains(file.first)) return false;
    work.insert(file);
    return true;
  });
}

Catalog* LoaderThread::catalog_of(const std::string& bundle) {
  for (auto& [name, catalog] : bundles_)
    if (name == bundle) return &catalog;
  return nullptr;
}

void LoaderThread::run_pass(Work work, bool is_whole) {
  work.merge(delivery_.take_undelivered());
  if (is_whole || !work.empty()) work.merge(delivery_.take_conflicting());
  // Files that are gone first: their dag_id may stand in another file now.
  for (auto it = work.begin(); it != work.end() && !stopping_;) {
    Catalog* catalog = catalog_of(it->first);
    if (catalog != nullptr && catalog->exists(it->second)) {
      ++it;
      continue;
    }
    // A bundle that leads elsewhere, or cannot be read: its files are not known to be gone.
    if (catalog != nullptr && catalog->folder().has_moved()) {
      delivery_.put_off(*it);
      it = work.erase(it);
      continue;
    }
    if (catalog != nullptr) catalog->forget(it->second);
    delivery_.remove(*it);
    it = work.erase(it);
  }
  for (const BundleFile& file : work) {
    if (stopping_) break;
    load(*catalog_of(file.first), file);
  }
  delivery_.settle();
  publish(is_whole);
}

void LoaderThread::load(Catalog& catalog, const BundleFile& file) {
  LoadedFile loaded = catalog.load(file.second);
  for (const Diagnostic& diagnostic : loaded.parsed.diagnostics)
    if (diagnostic.severity == Diagnostic::Severity::warning)
      spdlog::warn("bundle {}: {}", file.first, diagnostic.to_string());
  if (loaded.parsed.dag)
    delivery_.put(file, std::move(loaded.parsed.dag));
  else
    delivery_.put_error(file, loaded.parsed.dag_id,
                        {error_lines(loaded.parsed), std::move(loaded.findings)});
}

void LoaderThread::warn_of_misnamed() {
  std::set<std::string> now;
  for (const auto& [name, catalog] : bundles_)
    for (const std::string& path : catalog.other_json()) {
      const std::string file = catalog.folder().absolute(path);
      if (!misnamed_.contains(file) && !looks_like_dag(catalog.folder(), path)) continue;
      if (!misnamed_.contains(file)) spdlog::warn("{}: {}", file, misnamed_advice(path));
      now.insert(file);
    }
  misnamed_ = std::move(now);
}

void LoaderThread::publish(bool is_whole) {
  LoaderStatus status;
  for (const auto& [name, catalog] : bundles_) status.files += catalog.size();
  status.import_errors = delivery_.import_errors();
  status.undelivered = delivery_.undelivered().size();
  status.problem = problem_;
  {
    const std::lock_guard lock(mutex_);
    status.last_scan = status_.last_scan;
    if (is_whole && !stopping_)
      status.last_scan = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    status_ = status;
  }
  if (options_.after_pass) options_.after_pass(status);
}

}  // namespace weft

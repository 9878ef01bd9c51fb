#pragma once

#include "server/loader/catalog.h"
#include "server/loader/delivery.h"
#include "server/loader/folder_watch.h"
#include "server/loader/loader.h"

namespace weft {

class LoaderThread final : public Loader {
 public:
  LoaderThread(LoaderOptions options, Engine& engine, FolderWatch watch,
               std::vector<std::pair<std::string, Catalog>> bundles, int wake_fd);
  ~LoaderThread() override;

  void begin();
  LoaderStatus status() const override;
  void rescan() override;
  void stop() override;

 private:
  /// The files to look at in one pass.
  using Work = std::set<BundleFile>;

  void loop();
  bool wait(Duration timeout) const;
  Duration time_to_next() const;
  FolderChanges collect_changes();
  void compare_all(Work& work);
  bool compare_once(Work& work, std::set<std::string>& folders);
  bool has_moved() const;
  void add_concerned(const std::set<std::string>& files, Work& work) const;
  void add_unknown(Work& work);
  void run_pass(Work work, bool is_whole);
  void load(Catalog& catalog, const BundleFile& file);
  void warn_of_misnamed();
  Catalog* catalog_of(const std::string& bundle);
  void publish(bool is_whole);
  void wake() const;

  const LoaderOptions options_;
  Delivery delivery_;
  FolderWatch watch_;
  std::vector<std::pair<std::string, Catalog>> bundles_;  ///< by name
  const int wake_fd_;
  bool watches_all_ = true;
  bool first_ = true;
  Work known_;  ///< by the database at the start, and not compared yet
  std::string problem_;
  std::map<std::string, std::string> unread_;  ///< bundles of the last comparison, and why
  std::set<std::string> misnamed_;
  std::chrono::steady_clock::time_point next_whole_{};

  std::atomic<bool> stopping_{false};
  std::atomic<bool> rescan_wanted_{false};
  mutable std::mutex mutex_;  ///< of status_
  LoaderStatus status_;
  std::once_flag stopped_;
  std::thread thread_;
};

}  // namespace weft

#include "server/daemon/disk_alarm.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "base/size.h"

namespace weft::daemon {
namespace {

constexpr Duration between_looks = std::chrono::seconds(30);

}  // namespace

DiskAlarm::DiskAlarm(storage::DiskWatch watch)
    : watch_(std::move(watch)), looks_(Duration{}, between_looks, [this] { look(); }) {}

void DiskAlarm::look() {
  const auto room = storage::disk_room(watch_.folder);
  if (!room || storage::is_low(watch_, *room) == is_low_) return;
  is_low_ = !is_low_;
  if (is_low_)
    spdlog::warn(
        "the disk of {} runs full, {} are left: once it is full nothing is stored and no task "
        "starts until there is room; make some, or let `retention` in weft.json do it",
        watch_.folder, format_size(room->free_bytes));
  else
    spdlog::info("the disk of {} has room again: {}", watch_.folder, format_size(room->free_bytes));
}

}  // namespace weft::daemon

#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace weft {

/// An integer that cannot be mixed up with another kind of integer. 0 means "none": the
/// allocators of the scheduler start at 1.
template <class Tag>
struct StrongId {
  std::int64_t value = 0;

  constexpr auto operator<=>(const StrongId&) const = default;
  constexpr explicit operator bool() const { return value != 0; }
};

using DagKey = StrongId<struct DagKeyTag>;          ///< row of `dag`; stable over versions
using VersionId = StrongId<struct VersionIdTag>;    ///< row of `dag_version`
using RunId = StrongId<struct RunIdTag>;            ///< row of `run`
using InstanceId = StrongId<struct InstanceIdTag>;  ///< row of `task_instance`
/// Row of `attempt`: the fencing token. Grows over the whole database, so a later attempt always
/// has the larger one.
using AttemptId = StrongId<struct AttemptIdTag>;
using AssetId = StrongId<struct AssetIdTag>;        ///< row of `asset`: one per uri
using WorkerId = StrongId<struct WorkerIdTag>;      ///< row of `worker`: a name that registered
using BackfillId = StrongId<struct BackfillIdTag>;  ///< row of `backfill`
using JobId = StrongId<struct JobIdTag>;            ///< row of `job`

/// Position of a task in one DAG version's arrays.
struct TaskIndex {
  std::int32_t value = -1;
  constexpr auto operator<=>(const TaskIndex&) const = default;
};

}  // namespace weft

template <class Tag>
struct std::hash<weft::StrongId<Tag>> {
  std::size_t operator()(weft::StrongId<Tag> id) const noexcept {
    return std::hash<std::int64_t>{}(id.value);
  }
};

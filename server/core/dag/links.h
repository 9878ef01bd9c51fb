#pragma once

// Who waits for whom: names of tasks and groups in depends_on and teardown_of become edges between
// positions in the file. A group's name stands for its last tasks; what a group depends on, its
// first tasks depend on.

#include <unordered_map>

#include "server/core/dag/draft.h"

namespace weft {

class TaskLinks {
 public:
  TaskLinks(ValueReader& reader, DagDraft& draft) : reader_(reader), draft_(draft) {}

  /// Reads all names; reports what is wrong. Fills the groups' members, roots and leaves, and each
  /// teardown's setups.
  void read();

  /// The position of that task; reports it when there is none.
  std::optional<std::int32_t> find(JsonRef name);
  const std::unordered_map<std::string_view, std::int32_t>& ids() const { return ids_; }
  /// Upstreams by position in the file.
  const std::vector<std::vector<std::int32_t>>& upstream() const { return upstream_; }
  /// The group of a task, or null.
  const GroupDraft* group_of(std::int32_t task) const;

 private:
  TaskDraft& task_at(std::int32_t position) {
    return draft_.tasks[static_cast<std::size_t>(position)];
  }
  void index_ids();
  void join_groups();
  void link(std::int32_t self);
  void link_setups(std::int32_t self);
  void find_ends(GroupDraft& group);
  void link_groups();
  bool take_edges(std::size_t count, const GroupDraft& group);
  void check_group(const GroupDraft& group);
  /// The positions that a name in depends_on stands for, reported when there are none; the edges to
  /// a group's leaves are put off until they are known.
  void depend(std::int32_t self, JsonRef name);
  void unknown(JsonRef name);

  ValueReader& reader_;
  DagDraft& draft_;
  std::unordered_map<std::string_view, std::int32_t> ids_;
  std::unordered_map<std::string_view, std::int32_t> groups_;
  std::vector<std::int32_t> group_of_;  ///< by task; -1: none
  std::vector<std::vector<std::int32_t>> upstream_;
  std::vector<std::pair<std::int32_t, std::int32_t>> on_groups_;  ///< task, group
  std::size_t group_edges_ = 0;
  std::vector<std::string_view> suggestions_;
};

}  // namespace weft

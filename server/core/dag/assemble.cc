#include "server/core/dag/assemble.h"

#include <algorithm>

#include <fmt/format.h>

#include "server/core/dag/graph.h"
#include "server/core/dag/links.h"
#include "server/core/dag/references.h"
#include "server/core/dag/teardowns.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

using Outputs = std::vector<std::pair<JsonRef, std::int32_t>>;

/// One file's tasks, by their position in the file until the end.
class Assembler {
 public:
  Assembler(ValueReader& reader, DagDraft& draft)
      : reader_(reader), draft_(draft), links_(reader, draft) {}

  void run() {
    links_.read();
    const TaskGraph graph = make_graph(links_.upstream());
    order_ = topological_order(graph);
    const std::vector<std::int32_t>& order = order_;
    if (!report_cycle(graph, order) || !report_detour(graph)) return;
    position_.resize(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      position_[static_cast<std::size_t>(order[i])] = static_cast<std::int32_t>(i);
    }
    ordered_ = reorder(graph, order);
    std::vector<Outputs> outputs(draft_.tasks.size()), mapped(draft_.tasks.size());
    for (GroupDraft& group : draft_.groups) settle_group(group, mapped);
    for (std::size_t i = 0; i < draft_.tasks.size(); ++i) {
      check_mapping(draft_.tasks[i].mapping, mapped[i]);
      check_texts(draft_.tasks[i], outputs[i]);
      settle_branch(draft_.tasks[i], position_[i]);
    }
    check_outputs(outputs);
    check_outputs(mapped);
    for (std::size_t i = 0; i < draft_.tasks.size(); ++i) {
      draft_.tasks[i].task.output_references = positions_of(outputs[i]);
      settle_mapping(draft_.tasks[i], positions_of(mapped[i]));
    }
    if (reader_.report().has_errors()) return;
    fill_dag(order);
    if (!settle_teardowns(draft_.dag)) report_teardowns();
  }

 private:
  TaskDraft& task_at(std::int32_t file_position) {
    return draft_.tasks[static_cast<std::size_t>(file_position)];
  }

  bool report_cycle(const TaskGraph& graph, const std::vector<std::int32_t>& order) {
    const std::vector<std::int32_t> cycle = find_cycle(graph, order);
    if (cycle.empty()) return true;
    constexpr std::size_t most = 20;
    std::string path;
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      if (i == most) {
        path += fmt::format("… ({} more) → ", cycle.size() - most);
        break;
      }
      path += task_at(cycle[i]).task.id + " → ";
    }
    path += task_at(cycle.front()).task.id;
    // The edge that closes it stands in the first task's depends_on.
    JsonRef place = task_at(cycle.front()).object;
    for (const JsonRef name : task_at(cycle.front()).depends_on) {
      if (name.text() == task_at(cycle.back()).task.id) place = name;
    }
    reader_.report().error(place, "the tasks form a cycle: " + path);
    return false;
  }

  /// What follows a group with retries starts when all of the group has ended: a path that leaves
  /// such a group and comes back would wait for itself. Seen as a cycle once each of these groups
  /// is one task, its first.
  bool report_detour(const TaskGraph& graph) {
    const bool has_retries = std::any_of(draft_.groups.begin(), draft_.groups.end(),
                                         [](const GroupDraft& g) { return g.group.retries > 0; });
    if (!has_retries || draft_.is_stored) return true;
    const auto stands_for = [&](std::int32_t position) {
      const GroupDraft* group = retried_group(position);
      return group != nullptr ? group->members.front() : position;
    };
    std::vector<std::vector<std::int32_t>> upstream(graph.size());
    for (std::size_t i = 0; i < graph.size(); ++i) {
      const std::int32_t self = stands_for(static_cast<std::int32_t>(i));
      for (const std::int32_t parent : graph.upstream[i])
        if (stands_for(parent) != self)
          upstream[static_cast<std::size_t>(self)].push_back(stands_for(parent));
    }
    const TaskGraph folded = make_graph(std::move(upstream));
    const auto cycle = find_cycle(folded, topological_order(folded));
    if (cycle.empty()) return true;
    const auto first = std::find_if(cycle.begin(), cycle.end(), [&](std::int32_t position) {
      return retried_group(position) != nullptr;
    });
    std::vector<std::int32_t> turned(first, cycle.end());
    turned.insert(turned.end(), cycle.begin(), first);
    std::string path;
    for (std::size_t i = 0; i < std::min<std::size_t>(turned.size(), 20); ++i) {
      const GroupDraft* group = retried_group(turned[i]);
      path += (group != nullptr ? group->group.id : task_at(turned[i]).task.id) + " → ";
    }
    const GroupDraft& group = *retried_group(turned.front());
    reader_.report().error(
        group.at, fmt::format("what follows a group with retries starts when all of the group has "
                              "ended, but a path leaves this one and comes back: {}{}; put what "
                              "is between into the group, or give it no retries",
                              path, group.group.id));
    return false;
  }

  void report_teardowns() {
    const auto first = std::find_if(draft_.tasks.begin(), draft_.tasks.end(),
                                    [](const TaskDraft& draft) { return !draft.setups.empty(); });
    reader_.report().error(first->object,
                           "from here on, too many tasks stand between teardowns and their setups "
                           "(2,000,000, counted for each teardown): fewer teardowns are needed");
  }

  /// The group with retries of this task, or null.
  const GroupDraft* retried_group(std::int32_t position) const {
    const GroupDraft* group = links_.group_of(position);
    return group != nullptr && group->group.retries > 0 ? group : nullptr;
  }

  /// The graph with positions in topological order.
  TaskGraph reorder(const TaskGraph& graph, const std::vector<std::int32_t>& order) const {
    std::vector<std::vector<std::int32_t>> upstream(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (const std::int32_t parent : graph.upstream[static_cast<std::size_t>(order[i])]) {
        upstream[i].push_back(position_[static_cast<std::size_t>(parent)]);
      }
    }
    return make_graph(std::move(upstream));
  }

  void check(JsonRef at, const std::vector<Reference>& references, TemplateUse use,
             Outputs& outputs) {
    check_references(reader_, at, references, use,
                     {&draft_.dag.params, &links_.ids(), mapping_, &stored_}, outputs);
  }

  /// The lists of a mapping are read before there is an element.
  void check_mapping(const MappingDraft& draft, Outputs& outputs) {
    mapping_ = nullptr;
    for (std::size_t i = 0; i < draft.mapping.keys.size(); ++i) {
      const MapKey& key = draft.mapping.keys[i];
      if (!key.value) continue;
      check(draft.places[i], key.value->references(), TemplateUse::condition, outputs);
    }
  }

  /// A mapped group reads its lists when its first tasks may run: these must be below.
  void settle_group(GroupDraft& draft, std::vector<Outputs>& mapped) {
    for (const std::int32_t member : draft.members) {
      draft.group.tasks.push_back(TaskIndex{position_[static_cast<std::size_t>(member)]});
    }
    std::sort(draft.group.tasks.begin(), draft.group.tasks.end());
    if (!draft.mapping.at) return;
    Outputs outputs;
    check_mapping(draft.mapping, outputs);
    for (const std::int32_t root : draft.roots) {
      Outputs& of_root = mapped[static_cast<std::size_t>(root)];
      of_root.insert(of_root.end(), outputs.begin(), outputs.end());
    }
    Mapping mapping = draft.mapping.mapping;  // the draft's is still read
    mapping.output_references = positions_of(outputs);
    draft.group.mapping = std::make_shared<const Mapping>(std::move(mapping));
  }

  /// What a task's texts may call `map`.
  const Mapping* mapping_for(const TaskDraft& draft) const {
    if (draft.mapping.at) return &draft.mapping.mapping;
    if (draft.task.group < 0) return nullptr;
    const GroupDraft& group = draft_.groups[static_cast<std::size_t>(draft.task.group)];
    return group.mapping.at ? &group.mapping.mapping : nullptr;
  }

  void settle_mapping(TaskDraft& draft, std::vector<TaskIndex> references) {
    if (!draft.mapping.at) return;
    if (draft.task.type == TaskType::branch) {
      reader_.report().key_error(draft.mapping.at,
                                 "a branch decides once for its run: it cannot be mapped");
    }
    draft.mapping.mapping.output_references = std::move(references);
    draft.task.mapping = std::make_shared<const Mapping>(std::move(draft.mapping.mapping));
  }

  void check_texts(TaskDraft& draft, Outputs& outputs) {
    const std::vector<Template>& command = draft.task.command;
    mapping_ = mapping_for(draft);
    stored_.clear();
    const bool list = draft.task.type == TaskType::exec;
    const auto uses = list ? uses_of_arguments(command)
                           : std::vector<TemplateUse>(command.size(), TemplateUse::shell_text);
    for (std::size_t i = 0; i < command.size(); ++i) {
      if (command[i].is_constant()) continue;
      check(draft.command_parts[i], command[i].references(), uses[i], outputs);
    }
    for (const auto& [name, entry] : draft.env) {
      if (entry.value.is_constant()) continue;
      const TemplateUse use = is_obeyed_variable(name) ? TemplateUse::program : TemplateUse::env;
      check(entry.at, entry.value.references(), use, outputs);
    }
    if (!draft.task.cwd.is_constant()) {
      check(draft.cwd_at, draft.task.cwd.references(), TemplateUse::cwd, outputs);
    }
    if (draft.task.when) {
      check(draft.when_at, draft.task.when->references(), TemplateUse::condition, outputs);
    }
    if (draft.task.concurrency_key) {
      check(draft.key_at, draft.task.concurrency_key->references(), TemplateUse::condition,
            outputs);
    }
    for (const auto& [at, part] : draft.with_parts) {
      check(at, part.references(), TemplateUse::condition, outputs);
    }
    for (const CaseDraft& one : draft.cases) {
      check(one.when_at, one.when.references(), TemplateUse::condition, outputs);
    }
    std::sort(stored_.begin(), stored_.end());
    stored_.erase(std::unique(stored_.begin(), stored_.end()), stored_.end());
    draft.task.stored_names = stored_;
  }

  std::vector<TaskIndex> branch_targets(const std::vector<JsonRef>& names, const TaskDraft& branch,
                                        std::int32_t self) {
    std::vector<TaskIndex> targets;
    const std::vector<std::int32_t>& below = ordered_.downstream[static_cast<std::size_t>(self)];
    for (const JsonRef name : names) {
      const auto found = links_.find(name);
      if (!found) continue;
      const std::int32_t target = position_[static_cast<std::size_t>(*found)];
      if (!std::binary_search(below.begin(), below.end(), target)) {
        reader_.report().error(name, fmt::format("{} does not depend on {} directly: a branch "
                                                 "chooses among its direct downstreams",
                                                 shown(name.text()), shown(branch.task.id)));
      }
      targets.push_back(TaskIndex{target});
    }
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    return targets;
  }

  void settle_branch(TaskDraft& draft, std::int32_t self) {
    for (const CaseDraft& one : draft.cases) {
      draft.task.cases.push_back({one.when, branch_targets(one.next, draft, self)});
    }
    draft.task.branch_default = branch_targets(draft.branch_default, draft, self);
    if (draft.task.type != TaskType::branch || mapping_for(draft) == nullptr) return;
    // Its elements may decide differently; outside there is one task for all of them.
    for (const std::int32_t next : ordered_.downstream[static_cast<std::size_t>(self)]) {
      const TaskDraft& below = task_at(order_[static_cast<std::size_t>(next)]);
      if (below.task.group == draft.task.group || below.task.teardown) continue;
      reader_.report().error(
          draft.object,
          fmt::format("a branch in a mapped group chooses inside of it, but {} is not "
                      "in the group",
                      shown(below.task.id)));
    }
  }

  std::vector<TaskIndex> positions_of(const Outputs& outputs) const {
    std::vector<TaskIndex> read;
    for (const auto& [at, other] : outputs) {
      read.push_back(TaskIndex{position_[static_cast<std::size_t>(other)]});
    }
    std::sort(read.begin(), read.end());
    read.erase(std::unique(read.begin(), read.end()), read.end());
    return read;
  }

  /// What each task reads must be above it.
  void check_outputs(const std::vector<Outputs>& outputs) {
    std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      for (const TaskIndex other : positions_of(outputs[i])) {
        pairs.emplace_back(position_[i], other.value);
      }
    }
    auto wrong = not_upstream(ordered_, pairs);
    std::sort(wrong.begin(), wrong.end());
    for (std::size_t i = 0; i < outputs.size() && !wrong.empty(); ++i) {
      for (const auto& [at, other] : outputs[i]) {
        const std::pair<std::int32_t, std::int32_t> pair(
            position_[i], position_[static_cast<std::size_t>(other)]);
        if (!std::binary_search(wrong.begin(), wrong.end(), pair)) continue;
        const std::string& name = task_at(other).task.id;
        reader_.report().error(
            at, fmt::format("outputs.{}: {} is not upstream of {}; add it to depends_on", name,
                            shown(name), shown(draft_.tasks[i].task.id)));
      }
    }
  }

  static std::vector<TaskIndex> to_indexes(const std::vector<std::int32_t>& positions) {
    std::vector<TaskIndex> indexes;
    indexes.reserve(positions.size());
    for (const std::int32_t position : positions) indexes.push_back(TaskIndex{position});
    return indexes;
  }

  void fill_dag(const std::vector<std::int32_t>& order) {
    Dag& dag = draft_.dag;
    dag.tasks.reserve(order.size());
    dag.task_by_id.reserve(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      TaskDraft& draft = task_at(order[i]);
      Task& task = dag.tasks.emplace_back(std::move(draft.task));
      task.index = TaskIndex{static_cast<std::int32_t>(i)};
      task.upstream = to_indexes(ordered_.upstream[i]);
      task.downstream = to_indexes(ordered_.downstream[i]);
      for (const auto& [name, entry] : draft.env) task.env.push_back({name, entry.value});
      if (task.display_name.empty()) task.display_name = task.id;
      if (task.shell.empty()) task.shell = draft_.shell;
      for (const std::int32_t setup : draft.setups) {
        task.setups.push_back(TaskIndex{position_[static_cast<std::size_t>(setup)]});
      }
      dag.task_by_id.emplace(task.id, task.index);
    }
    for (GroupDraft& group : draft_.groups) dag.groups.push_back(std::move(group.group));
    set_weights(dag);
  }

  void set_weights(Dag& dag) const {
    std::vector<int> own;
    bool any[3] = {};
    for (const Task& task : dag.tasks) {
      own.push_back(task.priority_weight);
      any[static_cast<std::size_t>(task.weight_rule)] = true;
    }
    std::vector<std::int64_t> below, above;
    if (any[0]) below = descendant_weights(ordered_, own);
    if (any[1]) above = ancestor_weights(ordered_, own);
    for (std::size_t i = 0; i < dag.tasks.size(); ++i) {
      Task& task = dag.tasks[i];
      switch (task.weight_rule) {
        case WeightRule::downstream: task.effective_weight = below[i]; break;
        case WeightRule::upstream: task.effective_weight = above[i]; break;
        case WeightRule::absolute: task.effective_weight = own[i]; break;
      }
    }
  }

  ValueReader& reader_;
  DagDraft& draft_;
  TaskLinks links_;
  std::vector<std::int32_t> order_;     ///< topological → file
  std::vector<std::int32_t> position_;  ///< file → topological
  TaskGraph ordered_;
  const Mapping* mapping_ = nullptr;  ///< of the task whose texts are checked
  std::vector<StoredName> stored_;    ///< that they read
};

}  // namespace

void assemble_tasks(ValueReader& reader, DagDraft& draft) {
  Assembler(reader, draft).run();
}

}  // namespace weft

#include "server/core/dag/parse.h"

#include <fmt/format.h>

#include "server/core/dag/assemble.h"
#include "server/core/dag/canonical.h"
#include "server/core/dag/draft.h"
#include "server/core/expression/suggest.h"

namespace weft {
namespace {

constexpr std::size_t max_tasks = 100'000;

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// One file on its way to a Dag.
class DagParser {
 public:
  explicit DagParser(const ParseInput& input) : input_(input), reader_(report_, input.read_beside) {
    draft_.is_stored = input.is_stored;
    const auto stem = dag_file_stem(input.path);
    const std::string_view name = file_name(input.path);
    default_id_ = stem ? *stem : std::string(name.substr(0, name.find('.')));
  }

  ParseOutput run() {
    if (read_trees()) {
      for (std::size_t i = 0; i < layers_.size(); ++i)
        read_layer(layers_[i], i + 1 < layers_.size());
      settle_id();
      read_tasks(layers_.back());
      settle_schedule(reader_, draft_);
      settle_assets(reader_, draft_);
      check_params();
      if (!report_.has_errors()) make_canonical(draft_, layers_);
      assemble_tasks(reader_, draft_);
    }
    return finish();
  }

 private:
  bool read_tree(const std::string& path, const std::string& text, bool comments) {
    JsonTree& tree = *trees_.emplace_back(std::make_unique<JsonTree>(path, text));
    std::vector<JsonFinding> findings;
    const bool whole = tree.parse(comments, findings);
    for (JsonFinding& finding : findings) {
      report_.error_at(tree, finding.offset, std::move(finding.message));
    }
    if (!whole) return false;
    const JsonRef root(&tree, 0);
    if (!root.is_object()) {
      reader_.expected(root, "a JSON object");
      return false;
    }
    layers_.push_back(root);
    return true;
  }

  bool read_trees() {
    bool all = true;
    for (const auto& [path, text] : input_.defaults) all &= read_tree(path, text, false);
    return read_tree(input_.path, input_.text, input_.comments_allowed) && all;
  }

  void read_layer(JsonRef layer, bool is_defaults_file) {
    for (JsonRef member = layer.first(); member; member = member.next()) {
      const DagFileKey* key = find_dag_key(member.key());
      if (!key) {
        report_.key_error(member, fmt::format("unknown key {}{}", shown(member.key()),
                                              did_you_mean(member.key(), dag_key_names())));
      } else if (!key->read) {
        report_.key_error(member,
                          fmt::format("\"{}\" is not supported by this version", key->name));
      } else if (is_defaults_file && !key->in_defaults_file) {
        report_.key_error(
            member, fmt::format("\"{}\" belongs to one DAG, not to defaults.json", key->name));
      } else {
        key->read(reader_, draft_, member);
      }
    }
  }

  void settle_id() {
    if (draft_.dag.id.empty()) {
      draft_.dag.id = default_id_;
      const JsonRef root = layers_.back();
      if (!root.find("dag_id") && !is_valid_id(default_id_)) {
        report_.error(root, fmt::format("the file's name {} is no DAG id; give a \"dag_id\"",
                                        shown(default_id_)));
      }
    }
    if (draft_.dag.display_name.empty()) draft_.dag.display_name = draft_.dag.id;
  }

  void read_tasks(JsonRef root) {
    const JsonRef tasks = root.find("tasks");
    if (!tasks) return report_.error(root, "\"tasks\" is missing");
    if (!reader_.is_list(tasks, "tasks")) return;
    if (tasks.count() == 0) return report_.error(tasks, "a DAG needs at least one task");
    if (tasks.count() > max_tasks) {
      return report_.error(tasks,
                           fmt::format("{} tasks; at most 100,000 are possible", tasks.count()));
    }
    EnvDrafts env = draft_.env;
    for (auto& [name, entry] : draft_.defaults.env) env[name] = std::move(entry);
    draft_.defaults.env = std::move(env);
    draft_.tasks.reserve(tasks.count());
    for (JsonRef task = tasks.first(); task; task = task.next()) read_task(task);
  }

  void read_task(JsonRef at) {
    TaskDraft& draft = draft_.tasks.emplace_back(draft_.defaults);
    draft.object = at;
    if (!reader_.is_object(at, "with a \"task_id\"")) return;
    for (JsonRef member = at.first(); member; member = member.next()) {
      const TaskKey* key = find_task_key(member.key());
      if (!key) {
        report_.key_error(member, fmt::format("unknown key {}{}", shown(member.key()),
                                              did_you_mean(member.key(), task_key_names())));
      } else if (!key->read) {
        report_.key_error(member,
                          fmt::format("\"{}\" is not supported by this version", key->name));
      } else {
        key->read(reader_, draft, member);
      }
    }
    if (!at.find("task_id")) report_.error(at, "\"task_id\" is missing");
    settle_type(reader_, draft);
    check_limits(reader_, draft);
  }

  /// Nobody is there to fill in the params of a scheduled run.
  void check_params() {
    if (draft_.dag.schedule.empty() && !draft_.assets_at) return;
    for (std::size_t i = 0; i < draft_.dag.params.size(); ++i) {
      if (draft_.dag.params[i].has_default) continue;
      report_.error(draft_.params[i], "a DAG with a schedule needs a \"default\" for each param");
    }
  }

  ParseOutput finish() {
    ParseOutput output;
    output.dag_id = draft_.dag.id.empty() ? default_id_ : draft_.dag.id;
    output.diagnostics = report_.finish();
    if (report_.has_errors()) return output;
    draft_.dag.source = input_.text;
    output.dag = std::make_shared<const Dag>(std::move(draft_.dag));
    return output;
  }

  const ParseInput& input_;
  Report report_;
  ValueReader reader_;
  std::string default_id_;
  std::vector<std::unique_ptr<JsonTree>> trees_;
  std::vector<JsonRef> layers_;  ///< defaults.json from the root down, then the file
  DagDraft draft_;
};

}  // namespace

void read_dag_defaults(ValueReader& reader, DagDraft& draft, JsonRef at) {
  if (!reader.is_object(at, "with keys of tasks")) return;
  for (JsonRef member = at.first(); member; member = member.next()) {
    const TaskKey* key = find_task_key(member.key());
    if (!key) {
      reader.report().key_error(member, fmt::format("unknown key {}{}", shown(member.key()),
                                                    did_you_mean(member.key(), task_key_names())));
    } else if (!key->read) {
      reader.report().key_error(member,
                                fmt::format("\"{}\" is not supported by this version", key->name));
    } else if (!key->in_default_args) {
      reader.report().key_error(
          member, fmt::format("\"{}\" belongs to one task, not to default_args", key->name));
    } else {
      key->read(reader, draft.defaults, member);
    }
  }
}

ParseOutput parse_dag(const ParseInput& input) {
  return DagParser(input).run();
}

std::optional<std::string> dag_file_stem(std::string_view path) {
  const std::string_view name = file_name(path);
  for (const std::string_view ending : {".dag.json", ".dag.jsonc"}) {
    if (name.size() > ending.size() && name.ends_with(ending)) {
      return std::string(name.substr(0, name.size() - ending.size()));
    }
  }
  return std::nullopt;
}

}  // namespace weft

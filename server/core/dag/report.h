#pragma once

#include <set>
#include <string>
#include <vector>

#include "server/core/dag/json_tree.h"
#include "server/core/dag/parse.h"

namespace weft {

/// Collects findings while a file is read; lines, columns and paths are worked out once, at the
/// end and for those that are shown.
class Report {
 public:
  /// About a value: the message gets its path in front.
  void error(const JsonRef& at, std::string message);
  void warning(const JsonRef& at, std::string message);
  /// About a key rather than its value: points at the key; the path is the object's.
  void key_error(const JsonRef& member, std::string message);
  /// About a byte of a text that has no tree.
  void error_at(const JsonTree& tree, std::uint32_t offset, std::string message);

  bool has_errors() const { return errors_ > 0; }
  /// The first 100 by file and place.
  std::vector<Diagnostic> finish() const;

 private:
  struct Finding {
    Diagnostic::Severity severity = Diagnostic::Severity::error;
    const JsonTree* tree = nullptr;
    std::uint32_t offset = 0;
    JsonRef at;         ///< for the pointer; may be empty
    JsonRef described;  ///< for the path in front of the message; may be empty
    std::string message;
  };
  void add(Finding finding);

  std::vector<Finding> findings_;
  std::set<std::pair<const JsonTree*, std::pair<std::uint32_t, std::size_t>>> seen_;
  std::size_t errors_ = 0;
};

}  // namespace weft

#pragma once

// The environment of an attempt: little of the runner's own, what the lease adds, and the WEFT_
// names by which a task knows who it is.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "proto/wire/worker.h"

namespace weft::worker {

/// Strings and the null-terminated array that execve wants of them.
class StringBlock {
 public:
  void add(std::string_view name, std::string_view value);  ///< `name=value`
  void add(std::string_view text);
  /// Valid until the block changes or dies.
  char* const* pointers();

 private:
  std::string text_;
  std::vector<std::size_t> offsets_;
  std::vector<char*> pointers_;
};

/// Made once per configuration, used for each attempt.
class Environment {
 public:
  /// Of `own` (as `environ`) PATH, HOME, LANG, TZ, USER and names that match one of `pass_env`.
  Environment(char* const* own, const std::vector<std::string>& pass_env);

  /// What the attempt of `lease` gets. Errors: unprocessable for a name or value that no process
  /// can have.
  Result<StringBlock> for_attempt(const wire::Lease& lease, std::string_view session,
                                  std::string_view output_path) const;

  /// The PATH in which a command of this lease is looked up.
  std::string_view search_path(const wire::Lease& lease) const;

 private:
  std::map<std::string, std::string> base_;
};

}  // namespace weft::worker

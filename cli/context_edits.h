#pragma once

// The verbs of `weft context`. None of them prints a token.

#include <string>

#include "cli/output.h"

namespace weft::cli {

struct ContextOptions {
  std::string name, server;
  std::string token;       ///< "-": a line of stdin
  std::string token_file;  ///< kept as a path: a token that is made anew is found
  bool token_from_stdin = false;
  bool replace = false;  ///< one that is there already
};

/// The first one is the current one from then on.
int add_context(const ContextOptions& options);
int use_context(const std::string& name);
int remove_context(const std::string& name);
int list_contexts(Form form);
/// The one in use when `name` is "".
int show_context(const std::string& name, Form form);

}  // namespace weft::cli

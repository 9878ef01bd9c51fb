#pragma once

// Contexts: servers by name, with the token for each, in a file of the user's.

#include <map>
#include <string>

#include "base/result.h"

namespace weft::cli {

struct Context {
  std::string server;
  std::string token;       ///< "": none
  std::string token_file;  ///< absolute; read at each use. "": none
};

struct Contexts {
  std::string current;  ///< "": none
  std::map<std::string, Context> all;
};

/// `$XDG_CONFIG_HOME/weft/config.json`, else `~/.config/weft/config.json`. Errors: unavailable
/// without a home.
Result<std::string> contexts_path();

/// None when there is no such file. Errors: unprocessable when it can't be understood.
Result<Contexts> load_contexts(const std::string& path);

/// Replaces the file in one step, readable by its owner alone; makes the folder. Errors:
/// unavailable.
Result<void> save_contexts(const std::string& path, const Contexts& contexts);

/// What the command line and the environment say of the server; "" = nothing.
struct Wanted {
  std::string server, token;  ///< --server or WEFT_SERVER, --token or WEFT_TOKEN
  std::string context;        ///< --context
  std::string usual_context;  ///< WEFT_CONTEXT
};

/// Where to call, and as whom.
struct Reach {
  std::string server;  ///< "": the default
  std::string token;   ///< "": none
};

/// What is wanted, and for the rest the context: `context`, else `usual_context`, else the current
/// one. A context's token goes to that context's server only. Errors: not_found without such a
/// context, conflict when `context` is another server's than `server`; of the token's file.
Result<Reach> choose_server(const Wanted& wanted, const Contexts& contexts);

/// The same with the user's contexts, which are read unless all is said already.
Result<Reach> find_server(const Wanted& wanted);

/// WEFT_CONTEXT, or "".
std::string context_of_environment();

}  // namespace weft::cli

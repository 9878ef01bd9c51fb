#pragma once

// The verbs that need no server. Each prints what it has to say and returns the exit code.

#include <string>
#include <vector>

#include "cli/output.h"

namespace weft::cli {

/// `weft validate PATH…`: `file:line:column: message` on stdout; 1 when there are errors.
int validate(const std::vector<std::string>& paths);

struct NextOptions {
  std::string file;
  int count = 10;
  std::string after;  ///< "" = now
  Form form = Form::table;
};
/// `weft next FILE`: when a DAG's schedule makes runs.
int next(const NextOptions& options);

struct RenderVerbOptions {
  std::string file, task;
  std::string root;                  ///< as for load_dag_argument
  std::string date;                  ///< logical date; "" = a manual run now
  std::vector<std::string> params;   ///< name=value
  std::vector<std::string> outputs;  ///< task.key=value: what upstream tasks would have written
  Form form = Form::table;
};
/// `weft render FILE TASK`: what would be executed.
int render(const RenderVerbOptions& options);

struct PokeFileOptions {
  std::string path, stable_for, min_size;
};
/// `weft poke file PATH`: 0 it is there, 75 not yet, 1 it can't be looked at.
int poke_file(const PokeFileOptions& options);

/// `weft init [DIR]`: a first DAG and the editor's schema; never overwrites.
int init(const std::string& folder);

/// `weft db check --data DIR`.
int check_database(const std::string& data, Form form);

/// `weft db backup FILE --data DIR`, also beside a running server.
int back_up_database(const std::string& data, const std::string& target);
/// `weft db restore FILE --data DIR`.
int restore_database(const std::string& data, const std::string& source);

struct DbCleanOptions {
  std::string data = "weft-data";
  std::string runs, events;  ///< how old they may be; "": all stay
  int keep_last = 10;
  bool dry_run = false;
  Form form = Form::table;
};
/// `weft db clean --data DIR`: forgets what is old, and gives the room back to the disk.
int clean_database(const DbCleanOptions& options);

/// `weft audit verify --data DIR`: reads the chain, beside a running server, too. 1 when it is
/// broken or does not end with `head` ("": any).
int verify_audit(const std::string& data, const std::string& head, Form form);

/// `weft secrets rotate --data DIR`; `key_file` "" = secrets::default_key_path().
int rotate_secrets(const std::string& data, const std::string& key_file);

struct RunVerbOptions {
  std::string file;
  std::string root;  ///< as for load_dag_argument
  std::string date, task;
  std::vector<std::string> params;
  int slots = 8;
  std::string logs = "failed";  ///< of which tasks: failed, all, none
};
/// `weft run FILE`: the whole run here, in the terminal.
int run_here(const RunVerbOptions& options);

}  // namespace weft::cli

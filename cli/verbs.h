#pragma once

// The verbs of `weft`, one function per file: it declares the verb's options and, as callback, what
// it does. The callback sets the process's exit code.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/output.h"

namespace weft::cli {

/// 0 success, 1 failed, 2 usage, 3 the server says no, 4 it can't be reached.
struct Exit {
  int code = 0;
};

/// server, worker, dev, and runner, which only the worker starts.
void add_serve(CLI::App& app, Exit& exit);
/// init, validate, run, render, next, poke, db, secrets: what needs no server.
void add_offline(CLI::App& app, Exit& exit);
/// dags, runs, tasks, logs, explain, backfill, approvals, variables, connections, pools, workers,
/// users, tokens, whoami, audit, api: what asks one.
void add_client(CLI::App& app, Exit& exit);
/// context: which one is asked.
void add_contexts(CLI::App& app, Exit& exit);
/// completion: scripts for shells.
void add_completion(CLI::App& app, Exit& exit);
/// `weft __complete WORDS…`, which those scripts call: prints what the last word may become.
int complete(const CLI::App& app, const std::vector<std::string>& words);
/// What is wrong with a line whose verb does not exist (unknown_verb.h); "" for other lines.
std::string unknown_verb_of(const CLI::App& app, const std::vector<std::string>& words);

/// `-o table|json|yaml`.
void add_form(CLI::App& verb, Form& form);

}  // namespace weft::cli

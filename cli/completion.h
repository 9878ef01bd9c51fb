#pragma once

// What may stand where on a command line: the verbs and options as a tree, and what a line that has
// been begun can go on with. The shells' scripts ask `weft __complete WORDS…` for it.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weft::cli {

struct VerbOption {
  std::vector<std::string> names;  ///< "-o", "--output"; the last one is the name below
  std::string help;
  bool takes_value = false;
  std::vector<std::string> choices;
};

/// A word that has a place instead of a name: DAG, RUN.
struct VerbPlace {
  std::string name;
  std::vector<std::string> choices;
  bool repeats = false;
};

/// A verb, or the whole of `weft`. What is hidden is left out.
struct VerbTree {
  std::string name, help;
  std::vector<VerbOption> options;
  std::vector<VerbPlace> places;
  std::vector<VerbTree> verbs;
};

struct Candidate {
  std::string word, help;
};

/// How a line can go on.
struct Continuation {
  std::vector<Candidate> candidates;
  std::string value;   ///< what else is asked for: a place's or an option's name. "": nothing
  std::string begun;   ///< how it begins
  std::string prefix;  ///< stands before it in the same word: "--context="
  std::string verb;    ///< whose line it is
  std::map<std::string, std::string> said;  ///< by place or option: {"DAG": "orders"}
};

/// The last word is the one that is being typed, perhaps "". REQUIRES: at least one word.
Continuation continuation_of(const VerbTree& root, const std::vector<std::string>& words);

/// The value that is asked for is a file, or a folder.
bool wants_file(const Continuation& asked);

/// Asks the server, or looks into the contexts, for what the value may be: the ids that begin so.
/// Nothing when there is no answer within a second.
std::vector<Candidate> known_values(const Continuation& asked);

/// Word, tab, help, for each candidate whose word needs no quotes in any shell; then `:files` when
/// the shell shall offer files, else `:words`.
std::string completion_text(const Continuation& asked);

/// The script that makes a shell complete `weft`: "bash", "zsh" or "fish".
std::string_view completion_script(std::string_view shell);

}  // namespace weft::cli

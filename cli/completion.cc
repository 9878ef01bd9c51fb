#include "cli/completion.h"

#include <algorithm>
#include <set>

namespace weft::cli {
namespace {

const VerbOption* find_option(const VerbTree& verb, const std::string& name) {
  for (const VerbOption& option : verb.options)
    if (std::find(option.names.begin(), option.names.end(), name) != option.names.end())
      return &option;
  return nullptr;
}

const VerbTree* find_verb(const VerbTree& verb, const std::string& name) {
  for (const VerbTree& one : verb.verbs)
    if (one.name == name) return &one;
  return nullptr;
}

/// Where the words before the one that is being typed have led to.
class Walk {
 public:
  explicit Walk(const VerbTree& root) : verb_(&root) {}

  void take(const std::string& word) {
    if (open_ != nullptr) {
      said_[open_->names.back()] = word;
      open_ = nullptr;
    } else if (is_option(word)) {
      take_option(word);
    } else if (word == "--" && !only_places_) {
      only_places_ = true;
    } else if (const VerbTree* verb = find_verb(*verb_, word); verb != nullptr) {
      verb_ = verb;
      taken_ = 0;
    } else {
      if (const VerbPlace* here = place(); here != nullptr) said_[here->name] = word;
      ++taken_;
    }
  }

  Continuation end(const std::string& word) const {
    Continuation asked;
    asked.verb = verb_->name;
    asked.said = said_;
    const auto equals = word.find('=');
    if (open_ != nullptr) {
      offer_values(asked, open_->names.back(), open_->choices, word);
    } else if (!is_option(word) && word != "-" && (word != "--" || only_places_)) {
      offer_words(asked, word);
    } else if (equals == std::string::npos) {
      offer_options(asked, word);
    } else if (const VerbOption* option = find_option(*verb_, word.substr(0, equals));
               option != nullptr && option->takes_value) {
      asked.prefix = word.substr(0, equals + 1);
      offer_values(asked, option->names.back(), option->choices, word.substr(equals + 1));
    }
    return asked;
  }

 private:
  bool is_option(const std::string& word) const {
    return !only_places_ && word.size() > 1 && word[0] == '-' && word != "--";
  }

  const VerbPlace* place() const {
    const auto& places = verb_->places;
    if (taken_ < places.size()) return &places[taken_];
    return !places.empty() && places.back().repeats ? &places.back() : nullptr;
  }

  void take_option(const std::string& word) {
    const auto equals = word.find('=');
    const VerbOption* option = find_option(*verb_, word.substr(0, equals));
    if (option == nullptr || !option->takes_value) return;
    if (equals == std::string::npos)
      open_ = option;
    else
      said_[option->names.back()] = word.substr(equals + 1);
  }

  void offer_words(Continuation& asked, const std::string& word) const {
    if (!only_places_)
      for (const VerbTree& verb : verb_->verbs)
        if (verb.name.starts_with(word)) asked.candidates.push_back({verb.name, verb.help});
    if (const VerbPlace* here = place(); here != nullptr)
      offer_values(asked, here->name, here->choices, word);
  }

  void offer_options(Continuation& asked, const std::string& word) const {
    for (const VerbOption& option : verb_->options)
      if (option.names.back().starts_with(word))
        asked.candidates.push_back({option.names.back(), option.help});
  }

  static void offer_values(Continuation& asked, const std::string& name,
                           const std::vector<std::string>& choices, const std::string& word) {
    asked.begun = word;
    if (choices.empty()) asked.value = name;
    for (const std::string& choice : choices)
      if (choice.starts_with(word)) asked.candidates.push_back({asked.prefix + choice, ""});
  }

  const VerbTree* verb_;
  const VerbOption* open_ = nullptr;  ///< its value comes next
  bool only_places_ = false;          ///< behind --
  std::size_t taken_ = 0;             ///< places that have their word
  std::map<std::string, std::string> said_;
};

/// Nothing that a shell would cut, expand or run.
bool needs_no_quotes(std::string_view word) {
  constexpr std::string_view harmless = "-_./:+@%,=";
  if (word.empty() || word[0] == ':' || word[0] == '=') return false;
  return std::all_of(word.begin(), word.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           harmless.find(c) != std::string_view::npos;
  });
}

/// One line of it, without what ends it.
std::string first_words(std::string_view help) {
  std::string line(help.substr(0, help.find('\n')));
  std::replace(line.begin(), line.end(), '\t', ' ');
  return line;
}

}  // namespace

Continuation continuation_of(const VerbTree& root, const std::vector<std::string>& words) {
  Walk walk(root);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) walk.take(words[i]);
  return walk.end(words.back());
}

bool wants_file(const Continuation& asked) {
  static const std::set<std::string_view> files{
      "FILE",   "PATH",     "DIR",     "--data",       "--dags",
      "--root", "--config", "--state", "--token-file", "--secrets-key"};
  const bool is_url_path = asked.verb == "api" && asked.value == "PATH";
  return files.count(asked.value) > 0 && !is_url_path;
}

std::string completion_text(const Continuation& asked) {
  std::string text;
  for (const Candidate& one : asked.candidates)
    if (needs_no_quotes(one.word)) text += one.word + "\t" + first_words(one.help) + "\n";
  return text + (wants_file(asked) ? ":files\n" : ":words\n");
}

}  // namespace weft::cli

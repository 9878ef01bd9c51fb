#include "server/core/dag/report.h"

#include <algorithm>

namespace weft {
namespace {

/// Enough to find the first hundred by place in any sane file; a bound for the others.
constexpr std::size_t max_collected = 20'000;
constexpr std::size_t max_shown = 100;

struct Place {
  int line = 1;
  int column = 1;
};

/// Lines from 1; columns in characters from 1.
Place place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start),
                                         before.end(), is_start)) +
              1};
}

}  // namespace

void Report::error(const JsonRef& at, std::string message) {
  add({Diagnostic::Severity::error, &at.tree(), at.node().offset, at, at, std::move(message)});
}

void Report::warning(const JsonRef& at, std::string message) {
  add({Diagnostic::Severity::warning, &at.tree(), at.node().offset, at, at, std::move(message)});
}

void Report::key_error(const JsonRef& member, std::string message) {
  const JsonRef object(&member.tree(), member.node().parent);
  add({Diagnostic::Severity::error, &member.tree(), member.node().key_offset, member, object,
       std::move(message)});
}

void Report::error_at(const JsonTree& tree, std::uint32_t offset, std::string message) {
  add({Diagnostic::Severity::error, &tree, offset, {}, {}, std::move(message)});
}

void Report::add(Finding finding) {
  if (finding.severity == Diagnostic::Severity::error) ++errors_;
  const bool warning = finding.severity == Diagnostic::Severity::warning;
  if (findings_.size() >= (warning ? max_collected / 2 : max_collected)) return;
  // What stands in default_args is seen once per task.
  const std::size_t hash = std::hash<std::string>{}(finding.message);
  if (!seen_.insert({finding.tree, {finding.offset, hash}}).second) return;
  findings_.push_back(std::move(finding));
}

std::vector<Diagnostic> Report::finish() const {
  std::vector<const Finding*> order;
  for (const Finding& finding : findings_) order.push_back(&finding);
  std::stable_sort(order.begin(), order.end(), [](const Finding* a, const Finding* b) {
    if (a->tree != b->tree) return a->tree->file() < b->tree->file();
    return a->offset < b->offset;
  });
  if (order.size() > max_shown && has_errors()) {
    std::erase_if(order, [](const Finding* finding) {
      return finding->severity == Diagnostic::Severity::warning;
    });
  }
  if (order.size() > max_shown) order.resize(max_shown);
  std::vector<Diagnostic> shown;
  for (const Finding* finding : order) {
    Diagnostic diagnostic;
    diagnostic.severity = finding->severity;
    diagnostic.file = finding->tree->file();
    const Place place = place_of(finding->tree->text(), finding->offset);
    diagnostic.line = place.line;
    diagnostic.column = place.column;
    if (finding->at) diagnostic.pointer = finding->at.pointer();
    if (finding->described) diagnostic.message = finding->described.path();
    if (!diagnostic.message.empty()) diagnostic.message += ": ";
    diagnostic.message += finding->message;
    shown.push_back(std::move(diagnostic));
  }
  return shown;
}

std::string Diagnostic::to_string() const {
  return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + message;
}

}  // namespace weft

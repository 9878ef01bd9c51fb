#pragma once

// What people read: tables, durations, and texts that can do a terminal no harm.

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/instant.h"

namespace weft::cli {

/// Control characters become `?`: what a task or a file says must not steer the terminal.
std::string printable(std::string_view text);

/// A JSON value as a cell: `-` for null and "", a string as it is, anything else as JSON.
std::string cell(const nlohmann::json& value);
/// The same for a key of an object; `-` when it is missing.
std::string cell(const nlohmann::json& object, const char* key);

/// `0.4s`, `12.3s`, `4m05s`, `2h03m`, `3d04h`. Negative durations count as zero.
std::string short_duration(Duration duration);

/// Seconds as JSON has them; `-` for what is no number.
std::string duration_cell(const nlohmann::json& seconds);

/// How many columns a UTF-8 text takes, by code points.
std::size_t columns(std::string_view text);

/// Columns as wide as their widest cell, two spaces between, no space at a line's end.
class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }

  /// REQUIRES: as many cells as the header has.
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.size() == 1; }
  std::string to_text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace weft::cli

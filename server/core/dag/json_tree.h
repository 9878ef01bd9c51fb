#pragma once

// JSON with places: an array of nodes that know their offset in the text, for messages that point
// at the mistake. Values are read on demand, strings without escapes are views of the text.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace weft {

enum class JsonKind : std::uint8_t { null, boolean, integer, real, string, array, object };

/// "a string", "a list" …, for messages.
std::string_view words_for(JsonKind kind);

struct JsonNode {
  JsonKind kind = JsonKind::null;
  bool has_key = false;
  std::uint32_t offset = 0;      ///< of the value's first byte
  std::uint32_t key_offset = 0;  ///< of the quote before the key
  std::uint32_t parent = 0;      ///< the root is its own
  std::uint32_t ordinal = 0;     ///< position in the parent
  std::uint32_t first = 0;       ///< first child; 0: none
  std::uint32_t next = 0;        ///< next sibling; 0: none
  std::uint32_t count = 0;       ///< of children
  std::string_view key;
  std::string_view text;  ///< a string's value; the digits of a number; true or false
};

/// What is wrong at a byte of the text.
struct JsonFinding {
  std::uint32_t offset = 0;
  std::string message;
};

/// One file: its name, its text and the nodes. Never moved: nodes point into it.
class JsonTree {
 public:
  JsonTree(std::string file, std::string text) : file_(std::move(file)), text_(std::move(text)) {}
  JsonTree(const JsonTree&) = delete;
  JsonTree& operator=(const JsonTree&) = delete;

  static constexpr std::size_t max_bytes = 32 * 1024 * 1024;
  static constexpr int max_depth = 64;
  static constexpr std::size_t max_nodes = 3'000'000;

  /// Strict JSON: no trailing commas, no NUL, valid UTF-8; comments if allowed. Duplicate keys are
  /// findings and the later value is dropped; anything else ends the reading with one finding.
  /// True if there is a tree.
  bool parse(bool comments_allowed, std::vector<JsonFinding>& findings);

  const std::string& file() const { return file_; }
  const std::string& text() const { return text_; }
  std::string take_text() { return std::move(text_); }
  const JsonNode& node(std::uint32_t index) const { return nodes_[index]; }

 private:
  friend class JsonScanner;
  std::string file_;
  std::string text_;
  std::vector<JsonNode> nodes_;
  std::deque<std::string> unescaped_;  ///< strings that are no views of the text
};

/// A value in a tree; empty when there is none.
class JsonRef {
 public:
  JsonRef() = default;
  JsonRef(const JsonTree* tree, std::uint32_t index) : tree_(tree), index_(index) {}

  explicit operator bool() const { return tree_ != nullptr; }
  const JsonTree& tree() const { return *tree_; }
  std::uint32_t index() const { return index_; }
  const JsonNode& node() const { return tree_->node(index_); }

  JsonKind kind() const { return node().kind; }
  bool is_null() const { return kind() == JsonKind::null; }
  bool is_string() const { return kind() == JsonKind::string; }
  bool is_array() const { return kind() == JsonKind::array; }
  bool is_object() const { return kind() == JsonKind::object; }
  bool is_number() const { return kind() == JsonKind::integer || kind() == JsonKind::real; }
  std::string_view text() const { return node().text; }
  std::string_view key() const { return node().key; }
  bool truth() const { return node().text == "true"; }
  std::optional<std::int64_t> as_integer() const;  ///< nullopt beyond 64 bits too
  double as_double() const;

  /// Children of a list or an object: `for (JsonRef c = r.first(); c; c = c.next())`.
  JsonRef first() const { return sibling(node().first); }
  JsonRef next() const { return sibling(node().next); }
  std::size_t count() const { return node().count; }
  /// A member of an object, by scanning; empty when it isn't there.
  JsonRef find(std::string_view key) const;

  nlohmann::json to_json() const;
  /// `/tasks/3/depends_on/0`; "" for the root.
  std::string pointer() const;
  /// `tasks[3].depends_on[0]`; "" for the root.
  std::string path() const;

 private:
  JsonRef sibling(std::uint32_t index) const { return index ? JsonRef(tree_, index) : JsonRef(); }
  const JsonTree* tree_ = nullptr;
  std::uint32_t index_ = 0;
};

}  // namespace weft

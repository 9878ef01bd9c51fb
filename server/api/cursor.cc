#include "server/api/cursor.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.h"
#include "base/shallow_json.h"

namespace weft::api {
namespace {

using nlohmann::json;

/// The longest that is looked at: eight texts of 250 characters would fit.
constexpr std::size_t max_cursor = 8'192;
constexpr std::size_t mark_digits = 16;
constexpr std::size_t max_cells = 16;

/// What says how much is asked for, in query strings and bodies.
constexpr std::string_view page_words[] = {"limit", "offset", "page_limit", "cursor",
                                           "page_offset"};

bool is_page_word(std::string_view name) {
  return std::find(std::begin(page_words), std::end(page_words), name) != std::end(page_words);
}

std::string short_hash(std::string_view text) {
  constexpr std::size_t least = 16;
  return hex_digest(text, least).substr(0, mark_digits);
}

/// A body's filters and order; null where it is no object (its handler has told so).
json conditions_of(const std::string& body) {
  const ShallowJson fields = parse_shallow(body);
  if (!fields.good() || !fields.value.is_object()) return nullptr;
  json kept = json::object();
  for (const auto& [name, value] : fields.value.items())
    if (!value.is_null() && !is_page_word(name)) kept[name] = value;
  return kept;
}

json cell_json(const storage::Cell& cell) {
  return std::visit(
      [](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
          return json();
        else
          return json(value);
      },
      cell);
}

std::optional<storage::Cell> read_cell(const json& value) {
  if (value.is_null()) return storage::Cell();
  if (value.is_number_float()) return storage::Cell(value.get<double>());
  if (value.is_string()) return storage::Cell(value.get<std::string>());
  if (value.is_number_integer()) return storage::Cell(value.get<std::int64_t>());
  return std::nullopt;
}

tl::unexpected<Error> bad_cursor(std::string_view why) {
  return fail(ErrorCode::invalid_argument,
              fmt::format("cursor: {}; take next_cursor of the page before as it is, or leave "
                          "cursor out to begin at the start",
                          why));
}

Result<storage::Position> position_of(const json& cells) {
  storage::Position position;
  for (const auto& value : cells) {
    auto cell = read_cell(value);
    if (!cell) return bad_cursor("this is none");
    position.cells.push_back(std::move(*cell));
  }
  return position;
}

Issue both_given(std::string_view place, std::string_view offset) {
  return {{std::string(place), "cursor"},
          fmt::format("Give either cursor or {}: a cursor says where the page begins", offset),
          "value_error"};
}

Outcome<void> take_place(const Call& call, const std::optional<std::string>& text,
                         storage::Page& page) {
  if (!text || text->empty()) return {};
  API_TRY_ASSIGN(page.after, read_cursor(*text, list_mark(call.request, call.deps.database_id)));
  return {};
}

}  // namespace

std::string list_mark(const http::Request& request, std::string_view database_id) {
  auto filters = request.query;
  std::erase_if(filters, [](const auto& entry) { return is_page_word(entry.first); });
  // Values of one name keep their order: it is the order of order_by.
  std::stable_sort(filters.begin(), filters.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return short_hash(to_text(json{database_id, request.path, filters, conditions_of(request.body)}));
}

std::string make_cursor(const storage::Position& position, std::string_view mark) {
  auto cells = json::array();
  for (const auto& cell : position.cells) cells.push_back(cell_json(cell));
  const auto text = to_text(cells);
  return to_base64url(to_text(json{cells, mark, short_hash(std::string(mark) + text)}));
}

Result<storage::Position> read_cursor(std::string_view text, std::string_view mark) {
  if (text.size() > max_cursor) return bad_cursor("this is too long for one");
  const auto bytes = from_base64url(text);
  if (!bytes || !is_shallow(*bytes, 2)) return bad_cursor("this is none");
  const auto parts = json::parse(*bytes, nullptr, false);
  if (!parts.is_array() || parts.size() != 3 || !parts[0].is_array() || !parts[1].is_string() ||
      parts[0].size() > max_cells || to_text(parts) != *bytes)
    return bad_cursor("this is none");
  if (parts[2] != short_hash(parts[1].get<std::string>() + to_text(parts[0])))
    return bad_cursor("it was changed on its way");
  if (parts[1] != mark)
    return bad_cursor("it is of another list; path, filters and order_by must stay the same");
  return position_of(parts[0]);
}

Outcome<void> take_cursor(const Call& call, storage::Page& page) {
  const auto text = call.request.query_value("cursor");
  if (text && call.request.query_value("offset")) return refuse(both_given("query", "offset"));
  return take_place(call, text, page);
}

Outcome<void> take_cursor(const Call& call, Body& body, storage::Page& page) {
  const auto text = body.text("cursor", max_cursor);
  if (text && body.raw("page_offset") != nullptr) return refuse(both_given("body", "page_offset"));
  return take_place(call, text, page);
}

void add_next_cursor(nlohmann::json& answer, const Call& call,
                     const std::optional<storage::Position>& next) {
  answer["next_cursor"] = nullptr;
  if (next)
    answer["next_cursor"] = make_cursor(*next, list_mark(call.request, call.deps.database_id));
}

void add_next_cursor(JsonText& answer, const Call& call,
                     const std::optional<storage::Position>& next) {
  answer.name("next_cursor");
  if (next)
    answer.put(make_cursor(*next, list_mark(call.request, call.deps.database_id)));
  else
    answer.put(nullptr);
}

}  // namespace weft::api

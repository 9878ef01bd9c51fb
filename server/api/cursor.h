#pragma once

// Cursors of lists: a place (storage::Position) as an opaque text, and the list that it is a place
// of. It holds no secret and grants nothing; what it can do is go on behind a row.

#include <string>
#include <string_view>

#include "server/api/call.h"
#include "server/storage/queries/list.h"

namespace weft::api {

/// A short hash of what makes a list the one that it is: the database, the path, the filters and
/// the order, from the query string or from the body. Not how much of it is asked for.
std::string list_mark(const http::Request& request, std::string_view database_id);

/// The text for a place in the list of that mark.
std::string make_cursor(const storage::Position& position, std::string_view mark);
/// Errors: invalid_argument for what is no cursor, was changed, or is of another list.
Result<storage::Position> read_cursor(std::string_view text, std::string_view mark);

/// Sets `page.after` from the `cursor` of the query string; "" is the beginning. Errors: as
/// read_cursor; unprocessable beside `offset`.
Outcome<void> take_cursor(const Call& call, storage::Page& page);
/// The same from a body (beside `page_offset`).
Outcome<void> take_cursor(const Call& call, Body& body, storage::Page& page);

/// `next_cursor` of a list's answer: null when nothing follows.
void add_next_cursor(nlohmann::json& answer, const Call& call,
                     const std::optional<storage::Position>& next);
void add_next_cursor(JsonText& answer, const Call& call,
                     const std::optional<storage::Position>& next);

}  // namespace weft::api

#pragma once

// ETags and the two headers that go with them, in one place behind all handlers. A tag is a hash of
// the answer's bytes: it changes exactly when what the caller would read changes.

#include <array>
#include <mutex>
#include <string>
#include <string_view>

#include "server/api/failure.h"
#include "server/net/http.h"

namespace weft::api {

struct Call;
struct Route;

/// A strong entity tag with its quotes.
std::string etag_of(std::string_view body);
/// If-None-Match: `*`, or one of the listed tags, weak or not, is this one.
bool is_none_match(std::string_view field, std::string_view etag);
/// If-Match: `*`, or one of the listed tags, none of them weak, is this one.
bool is_match(std::string_view field, std::string_view etag);

/// An answer to a GET: a JSON 200 that may be stored and has an end gets its tag; a 304 instead
/// when the caller has it.
void add_etag(http::Response& response, const http::Request& request);

/// Conditional writes of one path take turns, so that of two with the same tag one comes too late.
/// Paths share locks by hash: a lock is held for one command and one read.
class WriteTurns {
 public:
  using Turn = std::unique_lock<std::mutex>;
  Turn take(std::string_view path);

 private:
  std::array<std::mutex, 64> locks_;
};

/// Is what the caller would read at this path what If-Match names? The turn is kept until the
/// write is done; it is empty where there is no If-Match, or it means nothing (GET, POST). Errors:
/// precondition_failed; those of the read.
Outcome<WriteTurns::Turn> check_if_match(const Call& call, const Route& route);

}  // namespace weft::api

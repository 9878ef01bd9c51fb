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

/// Writes of one name take turns. Names share locks by hash: a lock is held for one command and one
/// or two reads.
class WriteTurns {
 public:
  using Turn = std::unique_lock<std::mutex>;
  Turn take(std::string_view name);

 private:
  std::array<std::mutex, 64> locks_;
};

/// A turn at changing one record, e.g. ("pool", its name), whatever path leads to it. An update
/// reads the row, lays the body over it and writes the whole: what another one acknowledged in
/// between would be undone, so that each takes its turn before it reads, and keeps it until its
/// write is done; so does a delete, after which nothing must be put back. At most one is held at a
/// time, and after check_if_match's, never before: nobody waits in a circle.
WriteTurns::Turn take_record_turn(const Call& call, std::string_view noun, std::string_view key);

/// Is what the caller would read at this path what If-Match names? Conditional writes of one path
/// take turns, so that of two with the same tag one comes too late; the turn is kept until the
/// write is done. It is empty where there is no If-Match, or it means nothing (GET, POST). Errors:
/// precondition_failed; those of the read.
Outcome<WriteTurns::Turn> check_if_match(const Call& call, const Route& route);

}  // namespace weft::api

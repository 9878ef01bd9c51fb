#pragma once

// Calls of a server's REST API, one after the other.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "cli/output.h"

namespace weft::cli {

/// A server that is being restarted is given this long by those who wait for something.
inline constexpr std::chrono::seconds patience{60};

/// How the server is reached; every client verb has these.
struct ServerOptions {
  std::string server = "http://127.0.0.1:8080";
  std::string token;    ///< "" = that of a server on this machine, when its file can be read here
  std::string ca_cert;  ///< PEM file of the CAs that are trusted, "" = the system's
  Form form = Form::table;

  /// Print all that the server says, not a table of some of it.
  bool is_data() const { return form != Form::table; }
};

/// Percent-encodes one part of a path.
std::string escaped(std::string_view part);

/// `/api/v2/` and the parts, each escaped, with `/` between.
std::string api_path(const std::vector<std::string_view>& parts);

/// What a call that was answered with an error says, in words: the problem's detail.
std::string problem_text(int status, std::string_view body);

/// One call, as it goes out.
struct Request {
  std::string method = "GET", path, body;
  std::string accept = "application/json";
  std::vector<std::string> headers;            ///< "Name: value"; those of the same name stay away
  std::chrono::seconds timeout{30};            ///< 0: none
  std::function<void(std::string_view)> sink;  ///< is handed the body unless it's an error
  std::function<void(std::string_view)> header_sink;  ///< the status line, then each header
};

/// Why a call brought nothing: the exit code, and words for stderr.
struct CallFailure {
  int exit = 0;
  std::string message;
  bool may_pass = false;  ///< nobody answered, or one that is too busy or just starts
};
template <class T>
using CallResult = tl::expected<T, CallFailure>;

/// Not thread safe.
class Client {
 public:
  explicit Client(ServerOptions options);

  /// Errors: unreachable when there is no answer within `timeout`, refused for a status of 400 and
  /// more or an answer that is no JSON.
  CallResult<nlohmann::json> get(const std::string& path,
                                 std::chrono::seconds timeout = std::chrono::seconds(30));
  /// Looks again each second until `is_done` says true of the answer. Errors: as get, but that of
  /// an outage only once it lasts longer than `patience`.
  CallResult<nlohmann::json> get_until(const std::string& path,
                                       const std::function<bool(const nlohmann::json&)>& is_done);
  CallResult<nlohmann::json> send(const std::string& method, const std::string& path,
                                  const nlohmann::json& body);

  /// Hands what comes to `sink` piece by piece, without an end in time. Errors: as get.
  CallResult<void> stream(const std::string& path, const std::string& accept,
                          const std::function<void(std::string_view)>& sink);

  /// The body, "" when a sink had it. Errors: as get, whatever the body is.
  CallResult<std::string> call(const Request& request);

 private:
  CallResult<nlohmann::json> call_json(const Request& request);

  ServerOptions options_;
};

/// Prints the failure; returns its exit code.
int complain(const CallFailure& failure);

}  // namespace weft::cli

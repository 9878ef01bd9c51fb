#include "worker/agent/refusal.h"

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace weft::worker {
namespace {

struct OwnProblem {
  int status;
  ErrorCode code;
  Refusal meaning;
};

// 421, 431 and others bear one of these codes too, but speak of the way, not of what was carried.
constexpr OwnProblem own_problems[] = {
    {400, ErrorCode::invalid_argument, Refusal::malformed},
    {401, ErrorCode::unauthenticated, Refusal::unknown_token},
    {403, ErrorCode::permission_denied, Refusal::not_ours},
    {404, ErrorCode::not_found, Refusal::unknown_session},
    {409, ErrorCode::conflict, Refusal::unknown_session},
    {413, ErrorCode::too_large, Refusal::too_large},
    {422, ErrorCode::unprocessable, Refusal::malformed},
};

/// Whether the body is a problem of the server's own with this status and code.
bool is_own(const OwnProblem& own, std::string_view body) {
  const auto problem = nlohmann::json::parse(body, nullptr, false);
  if (!problem.is_object()) return false;
  const auto status = problem.find("status");
  const auto code = problem.find("code");
  return status != problem.end() && *status == own.status && code != problem.end() &&
         *code == error_code_name(own.code);
}

}  // namespace

Refusal refusal_of(int status, std::string_view body) {
  for (const OwnProblem& own : own_problems)
    if (own.status == status && is_own(own, body)) return own.meaning;
  return status == 413 ? Refusal::too_large_on_the_way : Refusal::passing;
}

std::string words_of(const std::string& body) {
  const auto problem = nlohmann::json::parse(body, nullptr, false);
  if (problem.is_object())
    for (const char* field : {"detail", "title", "message"})
      if (const auto found = problem.find(field); found != problem.end() && found->is_string())
        return found->get<std::string>();
  return body.substr(0, 300);
}

}  // namespace weft::worker

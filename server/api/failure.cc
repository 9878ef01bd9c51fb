#include "server/api/failure.h"

namespace weft::api {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

nlohmann::json detail_of(const Failure& failure) {
  if (failure.error.code != ErrorCode::unprocessable) return failure.error.message;
  auto list = nlohmann::json::array();
  for (const auto& issue : failure.issues)
    list.push_back({{"loc", issue.loc}, {"msg", issue.msg}, {"type", issue.type}});
  if (list.empty())
    list.push_back({{"loc", nlohmann::json::array({"body"})},
                    {"msg", failure.error.message},
                    {"type", "value_error"}});
  return list;
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return 400;
    case ErrorCode::unprocessable: return 422;
    case ErrorCode::unauthenticated: return 401;
    case ErrorCode::permission_denied: return 403;
    case ErrorCode::not_found: return 404;
    case ErrorCode::method_not_allowed: return 405;
    case ErrorCode::not_acceptable: return 406;
    case ErrorCode::conflict: return 409;
    case ErrorCode::precondition_failed: return 412;
    case ErrorCode::too_large: return 413;
    case ErrorCode::resource_exhausted: return 429;
    case ErrorCode::unavailable: return 503;
    case ErrorCode::internal: return 500;
  }
  return 500;
}

std::string to_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

http::Response problem(const Failure& failure, std::string_view instance) {
  const int status = status_of(failure.error.code);
  nlohmann::json body = failure.extra.is_object() ? failure.extra : nlohmann::json::object();
  body["type"] = "about:blank";
  body["title"] = title_of(status);
  body["status"] = status;
  body["detail"] = detail_of(failure);
  body["instance"] = instance;
  body["code"] = error_code_name(failure.error.code);
  http::Response response;
  response.status = status;
  response.headers.emplace_back("content-type", "application/problem+json");
  if (status == 503 || status == 429) response.headers.emplace_back("retry-after", "1");
  response.body = to_text(body);
  return response;
}

namespace {

http::Response json_text_response(std::string body, int status) {
  http::Response response;
  response.status = status;
  response.headers.emplace_back("content-type", "application/json");
  response.body = std::move(body);
  return response;
}

}  // namespace

http::Response json_response(const nlohmann::json& body, int status) {
  return json_text_response(to_text(body), status);
}

http::Response json_response(JsonText&& body) {
  return json_text_response(std::move(body).take(), 200);
}

}  // namespace weft::api

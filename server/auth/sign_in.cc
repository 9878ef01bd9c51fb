#include "server/auth/sign_in.h"

#include <nlohmann/json.hpp>

#include "server/net/problem.h"

namespace weft::auth {
namespace {

std::optional<std::string> string_member(const nlohmann::json& body, const char* key) {
  if (!body.is_object()) return std::nullopt;
  const auto found = body.find(key);
  if (found == body.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

/// With a hint when to try again.
http::Response later(int status, std::string_view code, std::string_view detail,
                     std::string_view path, const char* seconds) {
  http::Response response = http::problem(status, code, detail, path);
  std::erase_if(response.headers, [](const auto& header) { return header.first == "retry-after"; });
  response.headers.emplace_back("retry-after", seconds);
  return response;
}

}  // namespace

SignIn::SignIn(SignInDependencies dependencies)
    : deps_(std::move(dependencies)),
      nobodys_hash_(nobodys_hash(deps_.cost)),
      sessions_(deps_.directory, deps_.engine, deps_.clock) {}

void SignIn::handle(http::Request request, http::Respond respond, Tell tell, std::string replaces) {
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  auto user = string_member(body, "username"), password = string_member(body, "password");
  if (!user || !password)
    return respond(http::problem(422, "unprocessable",
                                 "expected a JSON object with the strings username and password",
                                 request.path));
  if (deps_.throttle.is_full(*user, request.remote, deps_.clock.now().steady))
    return respond(later(429, "resource_exhausted", "too many wrong tries: wait some minutes",
                         request.path, "60"));
  auto slot = PasswordSlot::take();
  if (!slot)
    return respond(
        later(503, "unavailable", "others are signing in; try again", request.path, "1"));
  const UserRow* const known = deps_.directory.user(*user);
  const bool has_password =
      known != nullptr && !known->is_disabled && !known->password_hash.empty();
  auto attempt =
      std::make_shared<Try>(Try{std::move(*user), std::move(*password), request.remote,
                                request.path, has_password ? known->password_hash : nobodys_hash_,
                                respond, std::move(tell), std::move(replaces)});
  auto held = std::make_shared<PasswordSlot>(std::move(*slot));
  const bool accepted = deps_.background([this, attempt, held]() mutable {
    const bool is_right = is_password(attempt->hash, attempt->password);
    held.reset();
    deps_.loop.post([this, attempt, is_right] { finish(*attempt, is_right); });
  });
  if (!accepted)
    respond(later(503, "unavailable", "the server has too much to answer; try again", request.path,
                  "1"));
}

void SignIn::finish(const Try& attempt, bool is_right) {
  const UserRow* const user = deps_.directory.user(attempt.user);
  // Not, if the user was disabled or got another password meanwhile.
  if (is_right && user != nullptr && !user->is_disabled && user->password_hash == attempt.hash)
    return open_session(*user, attempt);
  deps_.throttle.add_wrong(attempt.user, attempt.remote, deps_.clock.now().steady);
  attempt.respond(http::problem(401, "unauthenticated", "the user name or the password is wrong",
                                attempt.path));
}

void SignIn::open_session(const UserRow& user, const Try& attempt) {
  deps_.throttle.add_right(user.name, attempt.remote);
  sessions_.open(user, {.remote = attempt.remote, .replaces = attempt.replaces},
                 [respond = attempt.respond, path = attempt.path,
                  tell = attempt.tell](const Result<OpenedSession>& opened) {
                   respond(opened ? tell(*opened) : http::problem(opened.error(), path));
                 });
}

}  // namespace weft::auth

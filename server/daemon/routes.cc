#include "server/daemon/routes.h"

#include <memory>
#include <utility>

#include "server/net/problem.h"
#include "server/net/web_files.h"

namespace weft::daemon {

Routes::Routes(auth::Access& access, dispatch::Dispatch& dispatch, const Api& api,
               http::WorkerPool& pool)
    : access_(access), dispatch_(dispatch), api_(api), pool_(pool), files_(embedded::web_files()) {}

void Routes::handle(http::Request request, http::Respond respond) {
  switch (auth::realm_of(request)) {
    case auth::Realm::workers: return dispatch_.handle(std::move(request), std::move(respond));
    case auth::Realm::web: return respond(files_.handle(request));
    case auth::Realm::open:
      if (request.path == auth::sign_in_path) {
        return respond(access_.sign_in(request, std::chrono::steady_clock::now()));
      }
      return hand_to_api(std::move(request), std::move(respond));
    case auth::Realm::admin: return hand_to_api(std::move(request), std::move(respond));
  }
}

void Routes::hand_to_api(http::Request request, http::Respond respond) {
  request.headers[std::string(actor_header)] = access_.actor_of(request);
  if (request.method == "HEAD") request.method = "GET";  // the connection leaves the body out
  auto shared = std::make_shared<const http::Request>(std::move(request));
  const bool accepted =
      pool_.submit([&api = api_, shared, respond] { respond(api.handle(*shared)); });
  if (!accepted) {
    respond(http::problem(503, "unavailable", "the server has too much to answer; try again",
                          shared->path));
  }
}

}  // namespace weft::daemon

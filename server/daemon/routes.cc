#include "server/daemon/routes.h"

#include <memory>
#include <utility>

#include "server/net/problem.h"
#include "server/net/web_files.h"

namespace weft::daemon {

Routes::Routes(auth::Access& access, auth::SignIn& sign_in, dispatch::Dispatch& dispatch,
               const Api& api, http::WorkerPool& pool, std::string_view base_path)
    : access_(access),
      sign_in_(sign_in),
      dispatch_(dispatch),
      api_(api),
      pool_(pool),
      files_(embedded::web_files(), base_path) {}

void Routes::handle(http::Request request, http::Respond respond) {
  switch (auth::realm_of(request)) {
    case auth::Realm::workers: {
      // Once more, as below.
      const auto worker = access_.worker_of(request);
      if (!worker) return respond(worker.error());
      return dispatch_.handle(std::move(request), *worker, std::move(respond));
    }
    case auth::Realm::web: return respond(files_.handle(request));
    case auth::Realm::open:
      if (request.path == auth::sign_in_path) {
        return sign_in_.handle(std::move(request), std::move(respond));
      }
      return hand_to_api(std::move(request), std::move(respond));
    case auth::Realm::api: return hand_to_api(std::move(request), std::move(respond));
  }
}

void Routes::hand_to_api(http::Request request, http::Respond respond) {
  // Once more, since the head was let in: the body may have taken its time.
  auto caller = access_.caller_of(request);
  if (!caller) return respond(std::move(caller.error()));
  if (request.method == "HEAD") request.method = "GET";  // the connection leaves the body out
  auto shared = std::make_shared<const http::Request>(std::move(request));
  const bool accepted = pool_.submit([&api = api_, shared, respond, caller = std::move(*caller)] {
    respond(api.handle(*shared, caller));
  });
  if (!accepted) {
    respond(http::problem(503, "unavailable", "the server has too much to answer; try again",
                          shared->path));
  }
}

}  // namespace weft::daemon

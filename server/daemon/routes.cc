#include "server/daemon/routes.h"

#include <memory>
#include <utility>

#include "server/net/problem.h"
#include "server/net/web_files.h"

namespace weft::daemon {
namespace {

// What stands beside the API; all calls of workers are one, as are the page's files and routes.
constexpr std::string_view page_route = "/", worker_route = "/api/worker/v1/";

http::Respond under(std::string_view route, http::Respond respond) {
  return [route, respond = std::move(respond)](http::Response response) {
    response.route = route;
    respond(std::move(response));
  };
}

}  // namespace

std::vector<telemetry::RouteName> Routes::counted() {
  std::vector<telemetry::RouteName> routes{
      {"GET", page_route}, {"GET", worker_route}, {"POST", worker_route}};
  for (const auto& route : auth::sign_in_routes) routes.push_back({route.method, route.path});
  for (const Api::RouteInfo& route : Api::routes()) routes.push_back({route.method, route.pattern});
  return routes;
}

Routes::Routes(auth::Access& access, auth::SignInRoutes& sign_in, dispatch::Dispatch& dispatch,
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
      respond = under(worker_route, std::move(respond));
      // Once more, as below.
      const auto worker = access_.worker_of(request);
      if (!worker) return respond(worker.error());
      return dispatch_.handle(std::move(request), *worker, std::move(respond));
    }
    case auth::Realm::web: return under(page_route, std::move(respond))(files_.handle(request));
    case auth::Realm::sign_in: {
      const std::string_view route = auth::find_sign_in(request.method, request.path)->path;
      return sign_in_.handle(std::move(request), under(route, std::move(respond)));
    }
    case auth::Realm::open:
    case auth::Realm::api: return hand_to_api(std::move(request), std::move(respond));
  }
}

void Routes::hand_to_api(http::Request request, http::Respond respond) {
  // Once more, since the head was let in: the body may have taken its time.
  auto caller = access_.caller_of(request);
  if (!caller) return respond(std::move(caller.error()));
  if (request.method == "HEAD") request.method = "GET";  // the connection leaves the body out
  auto shared = std::make_shared<const http::Request>(std::move(request));
  const bool accepted =
      pool_.submit([&api = api_, &access = access_, shared, respond, caller = std::move(*caller)] {
        auto response = api.handle(*shared, caller);
        // What goes on for a while ends with the right to it.
        if (response.stream || response.pending) {
          response.may_go_on = [&access, caller] { return access.is_still(caller); };
        }
        respond(std::move(response));
      });
  if (!accepted) {
    respond(http::problem(503, "unavailable", "the server has too much to answer; try again",
                          shared->path));
  }
}

}  // namespace weft::daemon

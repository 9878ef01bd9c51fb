#include "server/dispatch/dispatch.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "server/dispatch/checks.h"
#include "server/net/problem.h"

namespace weft::dispatch {
namespace {

constexpr std::int64_t max_wait_ms = 5'000;
/// As many as an engine with full slots can hold; a session beyond them has to wait its turn.
constexpr std::size_t max_sessions = 10'000;
/// Logs from here on are worth compressing when they end.
constexpr std::int64_t large_log = 16 << 10;

http::Response no_such_call(const http::Request& request) {
  return http::problem(
      404, "not_found",
      request.method + " " + request.path + " is not a call of the worker protocol", request.path);
}

http::Response too_busy() {
  return http::problem(503, "unavailable", "the server has too much to write; try again");
}

std::int64_t milliseconds(Duration duration) {
  return duration.count() / 1000;
}

}  // namespace

Dispatch::Dispatch(DispatchOptions options, http::Loop& loop, AttemptLogs& logs,
                   auth::WorkerKeys& keys)
    : options_(std::move(options)),
      loop_(loop),
      logs_(logs),
      keys_(keys),
      renderer_(options_.render) {}

Dispatch::~Dispatch() = default;

void Dispatch::handle(http::Request request, const auth::WorkerCaller& caller,
                      http::Respond respond) {
  WEFT_CHECK(engine_ != nullptr);
  const std::string_view rest = std::string_view(request.path).substr(worker_api.size());
  if (request.method == "POST" && rest == "/sync") {
    return handle_sync(request, caller, std::move(respond));
  }
  if (request.method == "POST" && rest == "/results") {
    return handle_results(request, caller, std::move(respond));
  }
  if (request.method == "POST" && rest == "/register") {
    return handle_register(request, caller, std::move(respond));
  }
  const auto attempt = attempt_of_log_path(rest);
  if (request.method == "PUT" && attempt) {
    return handle_log(*attempt, std::move(request), caller, std::move(respond));
  }
  respond(no_such_call(request));
}

Engine::Reply Dispatch::on_loop(std::function<void(Result<Answer>)> reply) {
  return [this, reply = std::move(reply)](Result<Answer> answer) mutable {
    loop_.post([reply = std::move(reply), answer = std::move(answer)]() mutable {
      reply(std::move(answer));
    });
  };
}

void Dispatch::handle_register(const http::Request& request, const auth::WorkerCaller& caller,
                               http::Respond respond) {
  auto parsed = wire::register_request_from(request.body);
  if (!parsed) return respond(http::problem(parsed.error()));
  if (auto refused = check_register(*parsed, options_.database_id)) {
    return respond(std::move(*refused));
  }
  if (auto refused = check_key(*parsed, caller)) return respond(std::move(*refused));
  if (caller.by == auth::WorkerCaller::By::key) {
    return post_register(std::move(*parsed), {}, std::move(respond));
  }
  join(std::move(*parsed), caller, request.remote, std::move(respond));
}

void Dispatch::post_register(wire::RegisterRequest request, std::string key,
                             http::Respond respond) {
  auto reply = [this, name = request.name, session = request.session, key = std::move(key),
                respond = std::move(respond)](const Result<Answer>& answer) {
    if (!answer) return respond(http::problem(answer.error()));
    const auto& registered = std::get<RegisterAnswer>(*answer);
    owners_.insert_or_assign(session, name);
    wire::RegisterResponse response;
    response.worker_id = registered.worker.value;
    response.database_id = options_.database_id;
    response.lease_ms = milliseconds(registered.lease);
    response.key = key;
    respond(http::json_response(wire::to_json_text(response)));
  };
  engine_->post(RegisterWorker{std::move(request)}, on_loop(std::move(reply)));
}

void Dispatch::handle_sync(const http::Request& request, const auth::WorkerCaller& caller,
                           http::Respond respond) {
  auto parsed = wire::sync_request_from(request.body);
  if (!parsed) return respond(http::problem(parsed.error()));
  if (auto refused = refuse(caller, parsed->session)) return respond(std::move(*refused));
  Call call;
  call.caller = caller;
  call.session = parsed->session;
  call.acked = parsed->acked;
  call.wait_ms = std::clamp<std::int64_t>(parsed->wait_ms, 0, max_wait_ms);
  call.arrived = ++moment_;
  call.respond = std::move(respond);
  auto reply = [this, call = std::move(call)](Result<Answer> answer) mutable {
    on_sync_reply(std::move(call), std::move(answer));
  };
  engine_->post(SyncWorker{std::move(*parsed)}, on_loop(std::move(reply)));
}

void Dispatch::handle_results(const http::Request& request, const auth::WorkerCaller& caller,
                              http::Respond respond) {
  auto parsed = wire::results_request_from(request.body);
  if (!parsed) return respond(http::problem(parsed.error()));
  if (parsed->results.size() > wire::max_batch) {
    return respond(http::problem(422, "unprocessable",
                                 "results: at most " + std::to_string(wire::max_batch) +
                                     " in one call, not " +
                                     std::to_string(parsed->results.size())));
  }
  if (auto refused = refuse(caller, parsed->session)) return respond(std::move(*refused));
  Call call;
  call.caller = caller;
  call.session = parsed->session;
  call.acked = parsed->acked;
  call.arrived = ++moment_;
  call.respond = std::move(respond);
  bool has_logs = false;
  for (const wire::AttemptResult& result : parsed->results) {
    has_logs = has_logs || !result.log.empty();
    call.attempts.push_back(AttemptId{result.attempt});
    if (result.log_bytes >= large_log) call.large_logs.push_back(AttemptId{result.attempt});
  }
  const auto known = sessions_.find(call.session);
  call.is_counted = known != sessions_.end();
  if (call.is_counted) ++known->second.results_in_work;
  if (has_logs) {
    write_logs(std::move(*parsed), std::move(call));
  } else {
    post_results(std::move(*parsed), std::move(call));
  }
}

/// Logs that travel inside of results are on disk before the engine hears of the results.
void Dispatch::write_logs(wire::ResultsRequest results, Call call) {
  auto shared_call = std::make_shared<Call>(std::move(call));
  auto shared_results = std::make_shared<wire::ResultsRequest>(std::move(results));
  const bool accepted = options_.background([this, shared_call, shared_results,
                                             may = may_of(shared_call->caller)] {
    std::optional<Error> failed;
    for (wire::AttemptResult& result : shared_results->results) {
      const std::string log = std::exchange(result.log, {});
      if (log.empty()) continue;
      const auto written = logs_.append(AttemptId{result.attempt}, may, 0, log);
      if (written || written.error().code == ErrorCode::not_found) continue;  // the engine answers
      if (written.error().code == ErrorCode::unavailable ||
          written.error().code == ErrorCode::permission_denied)
        failed = written.error();
      else
        spdlog::error("the log of attempt {} is lost: {}", result.attempt, written.error().message);
    }
    loop_.post([this, shared_call, shared_results, failed] {
      if (failed) return on_results_reply(std::move(*shared_call), tl::unexpected<Error>(*failed));
      post_results(std::move(*shared_results), std::move(*shared_call));
    });
  });
  if (!accepted) {
    on_results_reply(std::move(*shared_call),
                     fail(ErrorCode::unavailable, "the server has too much to write; try again"));
  }
}

void Dispatch::post_results(wire::ResultsRequest results, Call call) {
  auto reply = [this, call = std::move(call)](Result<Answer> answer) mutable {
    on_results_reply(std::move(call), std::move(answer));
  };
  engine_->post(FinishAttempts{std::move(results)}, on_loop(std::move(reply)));
}

void Dispatch::handle_log(AttemptId attempt, http::Request request,
                          const auth::WorkerCaller& caller, http::Respond respond) {
  const auto text = request.query_value("offset");
  const auto offset = text ? parse_number(*text) : std::nullopt;
  if (!offset) {
    return respond(http::problem(400, "invalid_argument",
                                 "offset: the query must name the byte where these begin"));
  }
  auto body = std::make_shared<const std::string>(std::move(request.body));
  const bool accepted =
      options_.background([this, attempt, offset, body, respond, may = may_of(caller)] {
        const auto next = logs_.append(attempt, may, *offset, *body);
        if (!next) return respond(http::problem(next.error()));
        respond(http::json_response(wire::to_json_text(wire::LogResponse{*next})));
      });
  if (!accepted) respond(too_busy());
}

/// What both kinds of answers have in common: the session is alive, this it has and shall end.
Dispatch::Session& Dispatch::take_answer(const Call& call, const SessionAnswer& answer) {
  Session& session = sessions_[call.session];
  session.state.acknowledge(call.acked);
  session.state.set_cancels(answer.cancels);
  session.lease = answer.lease;
  return session;
}

void Dispatch::on_sync_reply(Call call, Result<Answer> answer) {
  if (!answer) {
    if (answer.error().code == ErrorCode::not_found) close_session(call.session);
    return call.respond(http::problem(answer.error()));
  }
  if (!sessions_.contains(call.session) && sessions_.size() >= max_sessions) {
    return call.respond(http::problem(503, "unavailable", "too many worker sessions"));
  }
  Session& session = take_answer(call, std::get<SessionAnswer>(*answer));
  // A worker has one poll at a time: an older one that still waits was given up by its caller.
  release_poll(session);
  const bool must_wait = call.wait_ms > 0 && !releasing_;
  if (must_wait && !session.state.has_news_for(call.arrived)) {
    const std::string id = call.session;
    return hold(id, session, std::move(call));
  }
  call.respond(http::json_response(wire::to_json_text(news_for(session, call.arrived))));
}

void Dispatch::on_results_reply(Call call, Result<Answer> answer) {
  if (!look_whose(call, answer)) answer_results(std::move(call), std::move(answer));
}

void Dispatch::answer_results(Call call, Result<Answer> answer) {
  const auto known = sessions_.find(call.session);
  if (call.is_counted && known != sessions_.end() && known->second.results_in_work > 0) {
    --known->second.results_in_work;
  }
  if (!answer) {
    call.respond(http::problem(answer.error()));
    if (known != sessions_.end()) answer_poll(known->second);
    return;
  }
  const auto& finished = std::get<SessionAnswer>(*answer);
  Session& session = take_answer(call, finished);
  wire::SyncResponse news = news_for(session, call.arrived);
  wire::ResultsResponse response;
  response.verdicts = finished.verdicts;
  response.leases = std::move(news.leases);
  response.cancels = std::move(news.cancels);
  response.lease_ms = news.lease_ms;
  call.respond(http::json_response(wire::to_json_text(response)));
  answer_poll(session);  // what did not fit into this answer
  if (!call.large_logs.empty()) finish_logs(std::move(call.large_logs));
}

void Dispatch::finish_logs(std::vector<AttemptId> attempts) {
  // When there is too much else to do they stay as they are: nothing depends on it.
  const auto& run = options_.idle ? options_.idle : options_.background;
  run([this, attempts = std::move(attempts)] {
    for (const AttemptId attempt : attempts) logs_.finish(attempt);
  });
}

wire::SyncResponse Dispatch::news_for(Session& session, Moment arrived) {
  wire::SyncResponse response;
  response.leases = session.state.take_leases(arrived, ++moment_);
  response.cancels = session.state.take_cancels();
  response.lease_ms = milliseconds(session.lease);
  return response;
}

}  // namespace weft::dispatch

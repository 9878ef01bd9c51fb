#include "worker/runner/messages.h"

#include <cstring>

#include <fmt/format.h>

#include "proto/wire/json_reader.h"
#include "proto/wire/json_writer.h"
#include "proto/wire/worker_fields.h"

namespace weft::worker {
namespace {

using wire::JsonReader;
using wire::ObjectWriter;

constexpr std::size_t max_attempts = 65'536;
constexpr std::size_t frame_target = 1 << 20;

std::size_t open_frame(std::string& out) {
  out.append(4, '\0');
  return out.size();
}

void close_frame(std::string& out, std::size_t begin) {
  const auto length = static_cast<std::uint32_t>(out.size() - begin);
  char bytes[4];
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(length >> (8 * i));
  std::memcpy(out.data() + begin - 4, bytes, 4);
}

void append_started(std::string& out, const StartedAttempt& started) {
  ObjectWriter object(out);
  object.integer("attempt", started.attempt);
  object.integer("started_at", started.started_at);
  object.integer("pid", started.pid);
  object.close();
}

bool read_started(JsonReader& in, StartedAttempt& started) {
  return in.object([&](std::string_view key) {
    if (key == "attempt") return in.read(started.attempt);
    if (key == "started_at") return in.read(started.started_at);
    if (key == "pid") return in.read(started.pid);
    return in.skip();
  });
}

void append_config(std::string& out, const RunnerConfig& config) {
  ObjectWriter object(out);
  object.integer("max_log_bytes", config.max_log_bytes);
  object.integer("max_output_bytes", config.max_output_bytes);
  object.strings("pass_env", config.pass_env);
  object.boolean("prompt", config.prompt);
  object.boolean("exit_on_disconnect", config.exit_on_disconnect);
  object.close();
}

bool read_config(JsonReader& in, RunnerConfig& config) {
  return in.object([&](std::string_view key) {
    if (key == "max_log_bytes") return in.read(config.max_log_bytes);
    if (key == "max_output_bytes") return in.read(config.max_output_bytes);
    if (key == "pass_env") return in.read(config.pass_env, 1000);
    if (key == "prompt") return in.read(config.prompt);
    if (key == "exit_on_disconnect") return in.read(config.exit_on_disconnect);
    return in.skip();
  });
}

void append_hello(std::string& out, const RunnerHello& hello) {
  ObjectWriter object(out);
  object.string("session", hello.session);
  object.integer("pid", hello.pid);
  object.integer("acked", hello.acked);
  wire::append_json_array(object.field("running"), hello.running, append_started);
  object.close();
}

bool read_hello(JsonReader& in, RunnerHello& hello) {
  return in.object([&](std::string_view key) {
    if (key == "session") return in.read(hello.session);
    if (key == "pid") return in.read(hello.pid);
    if (key == "acked") return in.read(hello.acked);
    if (key == "running")
      return in.array(max_attempts, [&] { return read_started(in, hello.running.emplace_back()); });
    return in.skip();
  });
}

void append_growth(std::string& out, const LogGrowth& growth) {
  ObjectWriter object(out);
  object.integer("attempt", growth.attempt);
  object.integer("bytes", growth.bytes);
  object.close();
}

bool read_growth(JsonReader& in, LogGrowth& growth) {
  return in.object([&](std::string_view key) {
    if (key == "attempt") return in.read(growth.attempt);
    if (key == "bytes") return in.read(growth.bytes);
    return in.skip();
  });
}

/// Appends frames of about a MiB, each with some of `items` under `name`.
template <class Item>
void append_item_frames(std::string& out, std::string_view name, const std::vector<Item>& items) {
  for (std::size_t at = 0; at < items.size();) {
    const std::size_t begin = open_frame(out);
    ObjectWriter object(out);
    std::string& text = object.field(name) += '[';
    do {
      if (text.back() != '[') text += ',';
      wire::append_json(text, items[at]);
    } while (++at < items.size() && text.size() - begin < frame_target);
    text += ']';
    object.close();
    close_frame(out, begin);
  }
}

}  // namespace

void append_frame(std::string& out, const RunnerCommand& command) {
  // Configuration and the lease's end must be known before what they apply to runs.
  const std::size_t begin = open_frame(out);
  ObjectWriter object(out);
  if (command.configure) append_config(object.field("configure"), *command.configure);
  if (command.lease_end_us != 0) object.integer("lease_end_us", command.lease_end_us);
  if (!command.cancel.empty()) object.integers("cancel", command.cancel);
  if (!command.confirm.empty()) object.integers("confirm", command.confirm);
  if (command.cancel_all) object.boolean("cancel_all", true);
  if (command.ping != 0) object.integer("ping", command.ping);
  if (command.exit) object.boolean("exit", true);
  object.close();
  close_frame(out, begin);
  if (out.size() - begin == 2) out.resize(begin - 4);  // nothing but {}
  append_item_frames(out, "run", command.run);
}

void append_frame(std::string& out, const RunnerReport& report) {
  const std::size_t begin = open_frame(out);
  ObjectWriter object(out);
  if (report.hello) append_hello(object.field("hello"), *report.hello);
  if (!report.started.empty())
    wire::append_json_array(object.field("started"), report.started, append_started);
  if (!report.grown.empty())
    wire::append_json_array(object.field("grown"), report.grown, append_growth);
  if (report.pong != 0) object.integer("pong", report.pong);
  object.close();
  close_frame(out, begin);
  if (out.size() - begin == 2) out.resize(begin - 4);
  append_item_frames(out, "finished", report.finished);
}

Result<RunnerCommand> runner_command_from(std::string_view json) {
  JsonReader in(json);
  RunnerCommand command;
  const bool fields = in.object([&](std::string_view key) {
    if (key == "configure") return read_config(in, command.configure.emplace());
    if (key == "run")
      return in.array(max_attempts, [&] { return read_lease(in, command.run.emplace_back()); });
    if (key == "cancel") return in.read(command.cancel, max_attempts);
    if (key == "confirm") return in.read(command.confirm, max_attempts);
    if (key == "lease_end_us") return in.read(command.lease_end_us);
    if (key == "ping") return in.read(command.ping);
    if (key == "cancel_all") return in.read(command.cancel_all);
    if (key == "exit") return in.read(command.exit);
    return in.skip();
  });
  if (!fields || !in.finish()) return tl::unexpected<Error>(in.failure());
  return command;
}

Result<RunnerReport> runner_report_from(std::string_view json) {
  JsonReader in(json);
  RunnerReport report;
  const bool fields = in.object([&](std::string_view key) {
    if (key == "hello") return read_hello(in, report.hello.emplace());
    if (key == "started")
      return in.array(max_attempts,
                      [&] { return read_started(in, report.started.emplace_back()); });
    if (key == "finished")
      return in.array(max_attempts,
                      [&] { return read_attempt_result(in, report.finished.emplace_back()); });
    if (key == "grown")
      return in.array(max_attempts, [&] { return read_growth(in, report.grown.emplace_back()); });
    if (key == "pong") return in.read(report.pong);
    return in.skip();
  });
  if (!fields || !in.finish()) return tl::unexpected<Error>(in.failure());
  return report;
}

char* FrameReader::space(std::size_t room) {
  if (begin_ == end_) begin_ = end_ = 0;
  if (begin_ > 0 && buffer_.size() - end_ < room) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() - end_ < room) buffer_.resize(std::max(end_ + room, buffer_.size() * 2));
  return buffer_.data() + end_;
}

Result<std::optional<std::string_view>> FrameReader::next() {
  if (end_ - begin_ < 4) return std::nullopt;
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < 4; ++i)
    length |= static_cast<std::uint32_t>(static_cast<unsigned char>(buffer_[begin_ + i]))
              << (8 * i);
  if (length > max_frame_bytes)
    return fail(ErrorCode::too_large,
                fmt::format("a frame between agent and runner has {} bytes", length));
  if (end_ - begin_ - 4 < length) return std::nullopt;
  const std::string_view frame(buffer_.data() + begin_ + 4, length);
  begin_ += 4 + length;
  return frame;
}

}  // namespace weft::worker

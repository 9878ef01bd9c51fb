// Any bytes as each message of the worker protocol, as the words between agent and runner, as a
// task's outputs and as its log: an error, or a value that survives being written and read again.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "proto/wire/utf8.h"
#include "proto/wire/worker.h"
#include "worker/runner/line_splitter.h"
#include "worker/runner/messages.h"
#include "worker/runner/output_file.h"
#include "worker/runner/process_table.h"

namespace {

using namespace weft;

/// Reads, and when that goes well, writes and reads again: the second text must equal the first.
template <class Read, class Write>
void round_trip(std::string_view text, Read read, Write write) {
  const auto first = read(text);
  if (!first) {
    WEFT_CHECK(!first.error().message.empty());
    return;
  }
  const std::string written = write(*first);
  const auto second = read(written);
  WEFT_CHECK_MSG(second.has_value(), "what was written must be readable");
  WEFT_CHECK_MSG(write(*second) == written, "what was read must be what was written");
}

template <class Message>
std::string json_text(const Message& message) {
  return wire::to_json_text(message);
}

template <class Message>
std::string frames(const Message& message) {
  std::string bytes;
  worker::append_frame(bytes, message);
  // One frame with everything small in it; those with leases and results are tried on their own.
  return bytes.size() > 4 && bytes.size() < 65'536 ? bytes.substr(4) : "{}";
}

void split_lines(std::string_view text) {
  worker::LineSplitter whole("stdout"), cut("stdout");
  std::string at_once, in_pieces;
  whole.feed(text, "T", at_once);
  whole.finish("T", at_once);
  for (std::size_t at = 0; at < text.size(); at += 7) cut.feed(text.substr(at, 7), "T", in_pieces);
  cut.finish("T", in_pieces);
  WEFT_CHECK_MSG(at_once == in_pieces, "how the bytes come must not matter");
  WEFT_CHECK_MSG(wire::is_valid_utf8(at_once), "a log is UTF-8");
}

void read_frames(std::string_view bytes) {
  worker::FrameReader reader;
  bytes.copy(reader.space(bytes.size() + 1), bytes.size());
  reader.filled(bytes.size());
  while (true) {
    const auto frame = reader.next();
    if (!frame || !*frame) return;
    (void)worker::runner_command_from(**frame);
    (void)worker::runner_report_from(**frame);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  using namespace wire;
  switch (data[0] % 13) {
    case 0: round_trip(text, register_request_from, json_text<RegisterRequest>); break;
    case 1: round_trip(text, register_response_from, json_text<RegisterResponse>); break;
    case 2: round_trip(text, sync_request_from, json_text<SyncRequest>); break;
    case 3: round_trip(text, sync_response_from, json_text<SyncResponse>); break;
    case 4: round_trip(text, results_request_from, json_text<ResultsRequest>); break;
    case 5: round_trip(text, results_response_from, json_text<ResultsResponse>); break;
    case 6: round_trip(text, log_response_from, json_text<LogResponse>); break;
    case 7:
      if (const auto command = worker::runner_command_from(text)) (void)frames(*command);
      break;
    case 8:
      if (const auto report = worker::runner_report_from(text)) (void)frames(*report);
      break;
    case 9: (void)worker::parse_outputs(text); break;
    case 10: split_lines(text); break;
    case 11: (void)worker::parse_stat(text); break;
    default: read_frames(text);
  }
  return 0;
}

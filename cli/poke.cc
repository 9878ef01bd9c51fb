// `weft poke file`: one look of a sensor.file, as its worker takes it.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <nlohmann/json.hpp>

#include "base/size.h"
#include "cli/exit_code.h"
#include "cli/offline.h"
#include "proto/wire/worker.h"
#include "worker/poke/file_poke.h"

namespace weft::cli {
namespace {

/// As a task does, for those that come after the sensor.
bool write_outputs(const worker::FileLook& look) {
  const char* file = std::getenv("WEFT_OUTPUT");
  if (file == nullptr || *file == '\0') return true;
  const auto text = [](const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  std::ofstream out(file, std::ios::app);
  out << "path:=" << text(look.paths.front()) << "\npaths:=" << text(look.paths)
      << "\ncount:=" << look.paths.size() << '\n';
  out.flush();
  return out.good();
}

}  // namespace

int poke_file(const PokeFileOptions& options) {
  worker::FilePoke poke{.path = options.path};
  if (!options.stable_for.empty()) {
    const auto duration = parse_duration(options.stable_for);
    if (!duration) return complain(duration.error(), exit_code::usage);
    poke.stable_for = *duration;
  }
  if (!options.min_size.empty()) {
    const auto size = parse_size(options.min_size);
    if (!size) return complain(size.error(), exit_code::usage);
    poke.min_size = *size;
  }
  const auto look = worker::look_for_files(
      poke, std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
  if (!look) return complain(look.error(), exit_code::failed);
  std::printf("%s\n", look->words.c_str());
  if (!look->is_there) return wire::not_yet_exit_code;
  // The files are there, the worker's disk is full: that is no reason to use a retry up.
  if (!write_outputs(*look))
    return complain({ErrorCode::unavailable, "cannot write to $WEFT_OUTPUT: looking again later"},
                    wire::not_yet_exit_code);
  return exit_code::ok;
}

}  // namespace weft::cli

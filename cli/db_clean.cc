#include <fmt/format.h>

#include <chrono>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/offline.h"
#include "server/storage/clean.h"

namespace weft::cli {
namespace {

/// The moment so long ago; nothing when nothing was said.
Result<std::optional<Instant>> ago(const char* option, const std::string& age, Instant now) {
  if (age.empty()) return std::nullopt;
  const auto duration = parse_duration(age);
  if (!duration)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: {}", option, duration.error().message));
  return now - *duration;
}

Result<storage::CleanReport> clean(const DbCleanOptions& options) {
  const Instant now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  storage::CleanOptions what{.keep_last = options.keep_last, .dry_run = options.dry_run};
  TRY_ASSIGN(what.runs_before, ago("--runs", options.runs, now));
  TRY_ASSIGN(what.events_before, ago("--events", options.events, now));
  return storage::clean(options.data, what, "weft db clean", now);
}

void print(const storage::CleanReport& report, bool dry_run) {
  constexpr double mib = 1 << 20;
  fmt::print("{} runs of {} DAGs with {} task instances", report.runs, report.dags,
             report.instances);
  if (dry_run) {
    fmt::print(" would go\n");
  } else {
    fmt::print(", {} events and the logs of {} runs are gone\n", report.events, report.logs);
    fmt::print("the database takes {:.1f} MiB; before it was {:.1f} MiB\n",
               static_cast<double>(report.bytes_after) / mib,
               static_cast<double>(report.bytes_before) / mib);
  }
}

}  // namespace

int clean_database(const DbCleanOptions& options) {
  const auto report = clean(options);
  if (!report) {
    const ErrorCode code = report.error().code;
    const bool is_usage = code == ErrorCode::not_found || code == ErrorCode::invalid_argument;
    return complain(report.error(), is_usage ? exit_code::usage : exit_code::failed);
  }
  if (options.form == Form::table) {
    print(*report, options.dry_run);
  } else {
    print_document(nlohmann::json{{"dags", report->dags},
                                  {"runs", report->runs},
                                  {"instances", report->instances},
                                  {"events", report->events},
                                  {"logs", report->logs},
                                  {"bytes_before", report->bytes_before},
                                  {"bytes_after", report->bytes_after},
                                  {"dry_run", options.dry_run}},
                   options.form);
  }
  return exit_code::ok;
}

}  // namespace weft::cli

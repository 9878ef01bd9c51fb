#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/offline.h"
#include "server/storage/check.h"
#include "server/storage/data_lock.h"

namespace weft::cli {
namespace {

Result<storage::CheckReport> check(const std::string& data) {
  TRY_ASSIGN(const std::string path, storage::existing_database(data));
  TRY_ASSIGN(const storage::DataLock lock, storage::DataLock::acquire(data));
  TRY_ASSIGN(storage::Database database,
             storage::Database::open(path, storage::OpenMode::read_only));
  return storage::check(database);
}

void print(const storage::CheckReport& report) {
  for (const std::string& problem : report.problems) std::printf("%s\n", problem.c_str());
  std::printf("%lld DAGs, %lld runs, %lld task instances, %lld attempts, %lld events: %s\n",
              static_cast<long long>(report.dags), static_cast<long long>(report.runs),
              static_cast<long long>(report.instances), static_cast<long long>(report.attempts),
              static_cast<long long>(report.events),
              report.problems.empty() ? "all is well" : "see above");
}

}  // namespace

int check_database(const std::string& data, Form form) {
  const auto report = check(data);
  if (!report) {
    return complain(report.error(), report.error().code == ErrorCode::not_found
                                        ? exit_code::usage
                                        : exit_code::failed);
  }
  if (form != Form::table) {
    const nlohmann::json out{{"problems", report->problems}, {"dags", report->dags},
                             {"runs", report->runs},         {"task_instances", report->instances},
                             {"attempts", report->attempts}, {"events", report->events}};
    print_document(out, form);
  } else {
    print(*report);
  }
  return report->problems.empty() ? exit_code::ok : exit_code::failed;
}

}  // namespace weft::cli

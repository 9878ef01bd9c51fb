#include <cstdio>

#include "cli/exit_code.h"
#include "cli/offline.h"
#include "server/storage/backup.h"

namespace weft::cli {
namespace {

int code_of(const Error& error) {
  return error.code == ErrorCode::not_found || error.code == ErrorCode::conflict
             ? exit_code::usage
             : exit_code::failed;
}

}  // namespace

int back_up_database(const std::string& data, const std::string& target) {
  const auto bytes = storage::back_up(data, target);
  if (!bytes) return complain(bytes.error(), code_of(bytes.error()));
  std::printf("%s: %.1f MiB, read once more and sound\n", target.c_str(),
              static_cast<double>(*bytes) / (1 << 20));
  return exit_code::ok;
}

int restore_database(const std::string& data, const std::string& source) {
  const auto report = storage::restore(data, source);
  if (!report) return complain(report.error(), code_of(report.error()));
  std::printf("%s is the database of %s\n", source.c_str(), data.c_str());
  if (!report->replaced.empty())
    std::printf("the one that was there lies in %s\n", report->replaced.c_str());
  return exit_code::ok;
}

}  // namespace weft::cli

// What is done to the data of a server that is stopped, or only read.

#include <fmt/format.h>

#include <cstdio>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/offline.h"
#include "server/secrets/keyring.h"
#include "server/secrets/rotate.h"
#include "server/storage/audit_chain.h"
#include "server/storage/data_lock.h"

namespace weft::cli {
namespace {

Result<storage::AuditVerdict> verify(const std::string& data) {
  TRY_ASSIGN(const std::string path, storage::existing_database(data));
  TRY_ASSIGN(storage::Database database,
             storage::Database::open(path, storage::OpenMode::read_only));
  return storage::verify_audit(database);
}

Result<secrets::Rotation> rotate(const std::string& data, std::string key_file) {
  TRY_ASSIGN(const std::string path, storage::existing_database(data));
  if (key_file.empty()) {
    TRY_ASSIGN(key_file, secrets::default_key_path());
  }
  TRY_ASSIGN(const storage::DataLock lock, storage::DataLock::acquire(data));
  return secrets::rotate(path, key_file, "weft secrets rotate");
}

int exit_of(const Error& error) {
  return complain(error, error.code == ErrorCode::not_found ? exit_code::usage : exit_code::failed);
}

}  // namespace

int verify_audit(const std::string& data, const std::string& head, Form form) {
  auto verdict = verify(data);
  if (!verdict) return exit_of(verdict.error());
  if (verdict->problem.empty() && !head.empty() && verdict->head != head)
    verdict->problem =
        "its last hash is another than --head: rows were added since, or cut off and added anew";
  if (form != Form::table) {
    const nlohmann::json out{{"rows", verdict->rows},
                             {"unhashed", verdict->unhashed},
                             {"head", verdict->head},
                             {"problem", verdict->problem}};
    print_document(out, form);
  } else {
    std::printf("%lld entries, head %s: %s\n", static_cast<long long>(verdict->rows),
                verdict->head.empty() ? "-" : verdict->head.c_str(),
                verdict->problem.empty() ? "the chain is whole" : verdict->problem.c_str());
    if (verdict->unhashed > 0)
      std::printf("%lld older entries are from before there was a chain\n",
                  static_cast<long long>(verdict->unhashed));
  }
  return verdict->problem.empty() ? exit_code::ok : exit_code::failed;
}

int rotate_secrets(const std::string& data, const std::string& key_file) {
  const auto done = rotate(data, key_file);
  if (!done) return exit_of(done.error());
  std::printf("sealed anew: %lld variables, %lld connections; the older keys are gone\n",
              static_cast<long long>(done->variables), static_cast<long long>(done->connections));
  return exit_code::ok;
}

}  // namespace weft::cli

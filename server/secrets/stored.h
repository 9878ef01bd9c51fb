#pragma once

#include "server/core/scheduler/record.h"
#include "server/secrets/keyring.h"
#include "server/secrets/lookup.h"
#include "server/storage/readers.h"

namespace weft::secrets {

/// What a sealed field is "about": seal and open must agree.
std::string about_variable(std::string_view key);
std::string about_connection(std::string_view id, std::string_view field);

/// The row's fields in the clear. Errors: internal (wrong key file, damaged).
Result<Connection> open_connection(const Keyring& keys, const ConnectionRow& row);

/// The database. Both must outlive it.
class StoredSource final : public Source {
 public:
  StoredSource(const Keyring& keys, storage::Readers& readers) : keys_(keys), readers_(readers) {}
  std::string name() const override { return "the server"; }
  Result<std::optional<Variable>> variable(const std::string& key) const override;
  Result<std::optional<Connection>> connection(const std::string& id,
                                               const std::string& dag_id) const override;

 private:
  const Keyring& keys_;
  storage::Readers& readers_;
};

}  // namespace weft::secrets

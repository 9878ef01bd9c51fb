#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "server/core/dag/dag.h"
#include "server/secrets/connection.h"

namespace weft::secrets {

struct Variable {
  std::string value;
  bool is_secret = false;
};

/// One place where variables and connections are kept. Thread safe; may block.
class Source {
 public:
  virtual ~Source() = default;
  /// In words, for messages: "the environment".
  virtual std::string name() const = 0;
  /// nullopt: not here. Errors: it cannot be known (unavailable: try again later), or what is here
  /// cannot be used (internal, unprocessable, permission_denied, too_large).
  virtual Result<std::optional<Variable>> variable(const std::string& key) const = 0;
  /// Only for tasks of this DAG. Errors: as above.
  virtual Result<std::optional<Connection>> connection(const std::string& id,
                                                       const std::string& dag_id) const = 0;
};

/// What the texts of one attempt may read.
struct Values {
  nlohmann::json var = nlohmann::json::object();   ///< {value: {KEY: text}, json: {KEY: any}}
  nlohmann::json conn = nlohmann::json::object();  ///< {ID: {host, login, …}}
  std::vector<std::string> secrets;                ///< that must not be seen
  std::vector<std::string> secret_variables;       ///< keys: never in an argument
};

/// Asks the sources in order; the first that has a name wins, and one that fails ends the search:
/// behind it may stand an older value. Thread safe; may block.
class Lookup {
 public:
  explicit Lookup(std::vector<std::unique_ptr<Source>> sources) : sources_(std::move(sources)) {}

  /// Errors: not_found naming what is missing and how to make it, else as the sources'.
  Result<Values> values_for(const std::vector<StoredName>& names, const std::string& dag_id) const;

 private:
  Result<void> add_variable(const std::string& key, Values& values) const;
  Result<void> add_connection(const std::string& id, const std::string& dag_id,
                              Values& values) const;

  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace weft::secrets

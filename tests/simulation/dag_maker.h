#pragma once

#include <memory>

#include "server/core/dag/dag.h"
#include "tests/simulation/random.h"

namespace weft::sim {

/// A random DAG file named `dag_id`, through the real parser.
std::shared_ptr<const Dag> make_dag(Random& random, const std::string& dag_id);

}  // namespace weft::sim

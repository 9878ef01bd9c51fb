#pragma once

#include <cstdint>

#include "tests/simulation/report.h"

namespace weft::sim {

/// One seed: random DAGs, commands and faults, then heal and converge. Throws Violation.
/// Returns a hash of everything that happened: the same seed gives the same.
std::uint64_t run_seed(std::uint64_t seed, Report& report);

}  // namespace weft::sim

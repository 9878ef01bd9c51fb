#pragma once

#include <cstdint>

#include <string>

#include "tests/simulation/report.h"

namespace weft::sim {

/// One seed: random DAGs, commands and faults, then heal and converge. Throws Violation.
/// Returns a hash of everything that happened: the same seed gives the same. Its history is written
/// to the file `dump` unless that is "".
std::uint64_t run_seed(std::uint64_t seed, Report& report, const std::string& dump = {});

}  // namespace weft::sim

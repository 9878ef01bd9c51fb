#pragma once

#include <string>

#include "server/loader/bundle_folder.h"

namespace weft {

/// Does this .json look like a DAG (an object with "tasks") though its name doesn't say so?
bool looks_like_dag(const BundleFolder& bundle, const std::string& path);

/// What to say about it.
std::string misnamed_advice(const std::string& path);

}  // namespace weft

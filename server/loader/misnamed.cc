#include "server/loader/misnamed.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace weft {
namespace {
constexpr std::int64_t looked_at_bytes = 1 << 20;
}  // namespace

bool looks_like_dag(const BundleFolder& bundle, const std::string& path) {
  const auto stamp = bundle.stamp(path);
  if (!stamp || stamp->size > looked_at_bytes) return false;
  const auto text = bundle.read(path);
  if (!text) return false;
  const auto top_only = [](int depth, auto, auto&) { return depth <= 1; };
  const auto top = nlohmann::json::parse(*text, top_only, false);
  return top.is_object() && top.contains("tasks");
}

std::string misnamed_advice(const std::string& path) {
  const auto name = path.substr(path.rfind('/') + 1);
  return fmt::format("it has \"tasks\" but is no DAG file by its name; rename it to {}.dag.json",
                     name.substr(0, name.find('.')));
}

}  // namespace weft

#include "server/daemon/settings.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "base/size.h"

namespace weft::daemon {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::uintmax_t max_config_bytes = 1 << 20;
/// Less is a slip of the pen: what has just ended would be gone.
constexpr Duration min_age = std::chrono::hours(1);
constexpr std::array<std::string_view, 5> known_keys{"public_url", "bundles", "pools", "retention",
                                                     "low_disk"};

Result<json> read_config(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) {
    return fail(ErrorCode::not_found,
                "cannot read the configuration " + path + ": " + error.message());
  }
  if (size > max_config_bytes) {
    return fail(ErrorCode::too_large, path + " is larger than 1 MiB: is it the right file?");
  }
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  try {
    json config = json::parse(text.str());
    if (config.is_object()) return config;
  } catch (const json::parse_error& broken) {
    return fail(ErrorCode::invalid_argument, path + ": " + broken.what());
  }
  return fail(ErrorCode::invalid_argument, path + ": expected a JSON object");
}

tl::unexpected<Error> wrong(const Settings& settings, const std::string& where,
                            const std::string& what) {
  return fail(ErrorCode::invalid_argument, settings.config + ": " + where + ": " + what);
}

Result<void> read_bundles(Settings& settings, const json& list) {
  if (!list.is_array()) return wrong(settings, "bundles", "expected a list of {name, path}");
  const fs::path beside = fs::absolute(settings.config).parent_path();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string where = "bundles[" + std::to_string(i) + "]";
    const json& entry = list[i];
    const bool is_right = entry.is_object() && entry.size() == 2 && entry.contains("name") &&
                          entry["name"].is_string() && entry.contains("path") &&
                          entry["path"].is_string();
    if (!is_right) return wrong(settings, where, "expected {\"name\": …, \"path\": …}");
    const std::string name = entry["name"];
    const bool is_double =
        name == "dags" || std::any_of(settings.bundles.begin(), settings.bundles.end(),
                                      [&](const Bundle& other) { return other.name == name; });
    if (name.empty() || is_double) {
      return wrong(settings, where, "the name \"" + name + "\" is empty or taken");
    }
    settings.bundles.push_back({name, (beside / entry["path"].get<std::string>()).string()});
  }
  return {};
}

Result<void> read_pools(Settings& settings, const json& pools) {
  if (!pools.is_object()) return wrong(settings, "pools", "expected {name: slots}");
  for (const auto& [name, slots] : pools.items()) {
    const bool is_right = slots.is_number_integer() && slots.get<std::int64_t>() >= -1 &&
                          slots.get<std::int64_t>() <= 1'000'000;
    if (!is_right) {
      return wrong(settings, "pools." + name, "expected a number of slots, -1 for no limit");
    }
    PoolRow pool;
    pool.name = name;
    pool.slots = slots.get<std::int32_t>();
    settings.pools.push_back(std::move(pool));
  }
  return {};
}

Result<Duration> read_age(const Settings& settings, const std::string& where, const json& value) {
  const auto age = value.is_string() ? parse_duration(value.get<std::string>())
                                     : Result<Duration>(fail(ErrorCode::invalid_argument, ""));
  if (!age || *age < min_age)
    return wrong(settings, where, "expected how long to keep them, an hour or more, as \"90d\"");
  return *age;
}

Result<void> read_retention(Settings& settings, const json& retention) {
  if (!retention.is_object())
    return wrong(settings, "retention", "expected {\"runs\": \"90d\", …}");
  for (const auto& [key, value] : retention.items()) {
    const std::string where = "retention." + key;
    if (key == "runs") {
      TRY_ASSIGN(settings.retention.runs, read_age(settings, where, value));
    } else if (key == "events") {
      TRY_ASSIGN(settings.retention.events, read_age(settings, where, value));
    } else if (key == "keep_last") {
      const bool is_right = value.is_number_integer() && value.get<std::int64_t>() >= 0 &&
                            value.get<std::int64_t>() <= 1'000'000;
      if (!is_right) return wrong(settings, where, "expected a number of runs, 0 or more");
      settings.retention.keep_last = value.get<int>();
    } else {
      return wrong(settings, where, "no such key; there are runs, keep_last, events");
    }
  }
  return {};
}

Result<void> read_low_disk(Settings& settings, const json& value) {
  const auto size = value.is_string() ? parse_size(value.get<std::string>())
                                      : Result<std::int64_t>(fail(ErrorCode::invalid_argument, ""));
  if (!size || *size <= 0) return wrong(settings, "low_disk", "expected a size, as \"5GiB\"");
  settings.low_disk = *size;
  return {};
}

Result<void> apply_config(Settings& settings, const json& config) {
  for (const auto& [key, value] : config.items()) {
    if (std::find(known_keys.begin(), known_keys.end(), key) == known_keys.end()) {
      return wrong(settings, key,
                   "no such key; there are public_url, bundles, pools, retention, low_disk");
    }
  }
  if (config.contains("public_url")) {
    if (!config["public_url"].is_string()) return wrong(settings, "public_url", "expected a URL");
    if (settings.public_url.empty()) settings.public_url = config["public_url"];
  }
  if (config.contains("bundles")) TRY(read_bundles(settings, config["bundles"]));
  if (config.contains("pools")) TRY(read_pools(settings, config["pools"]));
  if (config.contains("retention")) TRY(read_retention(settings, config["retention"]));
  if (config.contains("low_disk")) TRY(read_low_disk(settings, config["low_disk"]));
  return {};
}

}  // namespace

Result<Settings> with_config(Settings settings) {
  if (settings.tls_cert.empty() != settings.tls_key.empty()) {
    return fail(ErrorCode::invalid_argument, "--tls-cert and --tls-key belong together");
  }
  if (!settings.config.empty()) {
    TRY_ASSIGN(const json config, read_config(settings.config));
    TRY(apply_config(settings, config));
  }
  if (!settings.dags.empty()) {
    settings.bundles.insert(settings.bundles.begin(),
                            {"dags", fs::absolute(settings.dags).lexically_normal().string()});
  }
  if (settings.bundles.empty()) {
    return fail(ErrorCode::invalid_argument,
                "no folder with DAG files: name one with --dags, or bundles in weft.json");
  }
  return settings;
}

}  // namespace weft::daemon

#include "cli/remote_print.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "cli/exit_code.h"
#include "cli/text.h"

namespace weft::cli {

int print_data(const ServerOptions& server, const nlohmann::json& answer) {
  print_document(answer, server.form);
  return exit_code::ok;
}

int print_done(const ServerOptions& server, const CallResult<nlohmann::json>& answer,
               const std::string& done) {
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  std::printf("%s\n", done.c_str());
  return exit_code::ok;
}

int print_list(const ServerOptions& server, const CallResult<nlohmann::json>& answer,
               const char* name,
               const std::function<std::string(const nlohmann::json&)>& to_table) {
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  const auto list = answer->value(name, nlohmann::json::array());
  if (list.empty()) {
    std::printf("none\n");
    return exit_code::ok;
  }
  std::fputs(to_table(list).c_str(), stdout);
  const auto total = answer->value("total_entries", std::int64_t{0});
  if (total > static_cast<std::int64_t>(list.size()))
    std::printf("%zu of %lld; see --limit and --offset\n", list.size(),
                static_cast<long long>(total));
  return exit_code::ok;
}

int print_object(const ServerOptions& server, const CallResult<nlohmann::json>& answer,
                 const std::vector<const char*>& keys) {
  if (!answer) return complain(answer.error());
  if (server.is_data()) return print_data(server, *answer);
  std::size_t width = 0;
  for (const char* key : keys) width = std::max(width, std::strlen(key));
  for (const char* key : keys)
    std::printf("%-*s  %s\n", static_cast<int>(width), key, cell(*answer, key).c_str());
  return exit_code::ok;
}

}  // namespace weft::cli

// Any bytes as a file of secrets and as a connection: an error that shows nothing of them, or
// values that templates can read.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "server/secrets/file_source.h"

namespace {

using namespace weft::secrets;

void read_connection(const std::string& text) {
  const auto connection = connection_from_text(text);
  if (!connection) {
    WEFT_CHECK(!connection.error().message.empty());
    return;
  }
  WEFT_CHECK(template_value(*connection).is_object());
  WEFT_CHECK(connection->password.empty() || !secrets_of(*connection).empty());
  (void)redacted_extra(connection->extra);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = parse_secrets_file(text, "f");
  read_connection(std::string(text));
  if (!file) {
    // "f", a place, and words of ours: no more than the longest of them.
    WEFT_CHECK(file.error().message.starts_with("f:") && file.error().message.size() < 100);
    return 0;
  }
  WEFT_CHECK(file->variables.is_object() && file->connections.is_object());
  for (const auto& [id, value] : file->connections.items())
    read_connection(value.is_string() ? value.get<std::string>() : value.dump());
  return 0;
}

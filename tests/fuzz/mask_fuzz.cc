// Any bytes as the stream of a task with a few secrets, in any forms: however the stream is cut,
// the same comes out, and no secret can be read in it. The first byte says how it is cut; a zero
// byte ends each secret, the rest is the stream.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "worker/runner/secret_forms.h"
#include "worker/runner/secret_mask.h"

namespace {

using namespace weft::worker;

constexpr std::size_t max_secrets = 4;

std::string in_writes(const SecretPatterns& patterns, std::string_view stream, std::size_t size) {
  SecretMask mask(patterns);
  std::string out;
  for (std::size_t at = 0; at < stream.size(); at += size) mask.feed(stream.substr(at, size), out);
  mask.finish(out);
  return out;
}

bool is_findable(std::string_view form) {
  // Lines keep their ends, and asterisks could be the mask's own.
  return form.find_first_of("\n*") == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view stream(reinterpret_cast<const char*>(data + 1), size - 1);
  std::vector<std::string> secrets;
  while (secrets.size() < max_secrets) {
    const std::size_t end = stream.find('\0');
    if (end == std::string_view::npos) break;
    secrets.emplace_back(stream.substr(0, end));
    stream.remove_prefix(end + 1);
  }
  const SecretPatterns patterns(secrets);
  const std::string shown = patterns.masked(stream);
  WEFT_CHECK_MSG(in_writes(patterns, stream, data[0] % 16 + 1) == shown,
                 "how the stream is cut must not matter");
  for (const std::string& secret : secrets)
    for (const std::string& form : forms_of_secret(secret))
      WEFT_CHECK_MSG(!is_findable(form) || shown.find(form) == std::string::npos,
                     "a secret can be read");
  return 0;
}

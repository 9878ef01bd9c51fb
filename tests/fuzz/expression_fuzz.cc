// Any bytes as a template, rendered over a scope with every kind of value.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "server/core/expression/expression.h"

namespace {

const weft::ObjectScope& scope() {
  static const weft::ObjectScope values(nlohmann::json::parse(R"({
    "ds": "2026-01-31", "ts": "2026-01-31T05:30:00+00:00", "n": 7, "x": 1.5, "t": true, "z": null,
    "list": [3, "a", {"k": [1, 2]}], "params": {"mode": "full", "limit": 10},
    "outputs": {"a": {"rows": 42, "text": "1,2,3", "json": "[1, {\"a\": null}]"}}})"));
  return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = weft::Template::parse(text);
  if (!parsed) {
    WEFT_CHECK(parsed.error().offset <= size && !parsed.error().message.empty());
    return 0;
  }
  const auto rendered = parsed->render(scope());
  const auto value = parsed->evaluate(scope());
  WEFT_CHECK(rendered.has_value() == value.has_value());
  for (const weft::Reference& reference : parsed->references()) {
    WEFT_CHECK(!reference.path.empty() && reference.offset < size);
  }
  return 0;
}

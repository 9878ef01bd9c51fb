#pragma once

#include <string_view>

namespace weft::api {

/// proto/openapi.json as it was when this was built. Static storage.
std::string_view openapi_text();

}  // namespace weft::api

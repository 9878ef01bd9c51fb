#include "server/api/openapi_text.h"

namespace weft::api {

std::string_view openapi_text() {
  static constexpr char text[] =
#include "server/api/openapi.inc"
      ;
  return {text, sizeof text - 1};
}

}  // namespace weft::api

#pragma once

#include "server/net/embedded_file.h"

namespace weft::embedded {

/// web/dist, compressed; empty when the web UI was not built.
const EmbeddedFiles& web_files();

}  // namespace weft::embedded

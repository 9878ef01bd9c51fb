#include "server/daemon/examples.h"

#include <filesystem>
#include <fstream>

#include "server/net/embedded_file.h"

namespace weft::embedded {
const EmbeddedFiles& examples();
}

namespace weft::daemon {

namespace fs = std::filesystem;

Result<void> make_dags_folder(const std::string& path, bool with_examples) {
  std::error_code error;
  if (fs::exists(path, error)) return {};
  fs::create_directories(path, error);
  if (error) return fail(ErrorCode::unavailable, "cannot make " + path + ": " + error.message());
  if (!with_examples) return {};
  for (const EmbeddedFile& example : embedded::examples()) {
    const fs::path to = fs::path(path) / example.path;
    fs::create_directories(to.parent_path(), error);
    std::ofstream file(to, std::ios::binary);
    file.write(example.bytes.data(), static_cast<std::streamsize>(example.bytes.size()));
    file.close();
    if (!file) return fail(ErrorCode::unavailable, "cannot write the example " + to.string());
  }
  return {};
}

}  // namespace weft::daemon

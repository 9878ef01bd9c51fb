#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "cli/exit_code.h"
#include "cli/offline.h"
#include "server/core/dag/parse.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view hello_dag = R"({
  "$schema": "./dag.schema.json",
  "dag_id": "hello",
  "description": "Two tasks, one after the other; runs every morning once it is on a server",
  "schedule": "0 6 * * *",
  "params": {"name": {"type": "string", "default": "world"}},
  "tasks": [
    {"task_id": "greet", "command": "echo \"Hello, $WEFT_PARAM_name!\""},
    {"task_id": "part", "command": "echo \"Goodbye.\"", "depends_on": ["greet"]}
  ]
}
)";

constexpr std::string_view editor_settings = R"({
  "json.schemas": [
    {"fileMatch": ["*.dag.json", "*.dag.jsonc"], "url": "./dag.schema.json"}
  ],
  "files.associations": {"*.dag.jsonc": "jsonc"}
}
)";

struct NewFile {
  const char* path;
  std::string_view text;
};

/// Never replaces a file, not even one that appears meanwhile.
Result<void> create(const fs::path& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return fail(ErrorCode::conflict, path.string() + ": " + std::strerror(errno));
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t wrote = ::write(fd, rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) break;
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  const int error = errno;
  ::close(fd);
  if (rest.empty()) return {};
  return fail(ErrorCode::unavailable, path.string() + ": " + std::strerror(error));
}

Result<void> create_all(const fs::path& folder) {
  const std::array<NewFile, 3> files{{{"hello.dag.json", hello_dag},
                                      {"dag.schema.json", dag_schema_text()},
                                      {".vscode/settings.json", editor_settings}}};
  std::error_code code;
  for (const NewFile& file : files)
    if (fs::symlink_status(folder / file.path, code).type() != fs::file_type::not_found)
      return fail(ErrorCode::conflict, (folder / file.path).string() +
                                           " is there already; nothing was written. Name an empty "
                                           "folder: weft init DIR");
  fs::create_directories(folder / ".vscode", code);
  if (code)
    return fail(ErrorCode::unavailable, (folder / ".vscode").string() + ": " + code.message());
  for (const NewFile& file : files) {
    TRY(create(folder / file.path, file.text));
    std::printf("wrote %s\n", (folder / file.path).c_str());
  }
  return {};
}

}  // namespace

int init(const std::string& folder) {
  if (const auto done = create_all(folder); !done) return complain(done.error(), exit_code::usage);
  std::printf("next: weft run %s\n", (fs::path(folder) / "hello.dag.json").c_str());
  return exit_code::ok;
}

}  // namespace weft::cli

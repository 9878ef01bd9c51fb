#include "server/storage/queries/known_files.h"

namespace weft::storage {

Result<std::vector<std::pair<std::string, std::string>>> list_known_files(Reader& reader) {
  Statement& statement = reader.prepare(
      "SELECT bundle, path FROM dag WHERE is_stale = 0 UNION SELECT bundle, path FROM "
      "import_error");
  std::vector<std::pair<std::string, std::string>> files;
  TRY(statement.each([&](Statement& row) { files.emplace_back(row.string(0), row.string(1)); }));
  return files;
}

}  // namespace weft::storage

#include "server/secrets/rotate.h"

#include <fmt/format.h>

#include "server/secrets/stored.h"
#include "server/storage/queries/records.h"
#include "server/storage/readers.h"
#include "server/storage/writer.h"

namespace weft::secrets {
namespace {

constexpr std::int64_t page_rows = 100;

/// Calls `seal(row)` for every row of `list`, page by page.
template <class List, class Seal>
Result<std::int64_t> each(storage::Readers& readers, List list, Seal seal) {
  std::int64_t done = 0;
  for (;;) {
    TRY_ASSIGN(const auto page, readers.with([&](storage::Reader& reader) {
      return list(reader, storage::Filter(), {{"id", false}},
                  storage::Page{.limit = page_rows, .offset = done});
    }));
    for (const auto& row : page.rows) TRY(seal(row));
    done += static_cast<std::int64_t>(page.rows.size());
    if (static_cast<std::int64_t>(page.rows.size()) < page_rows) return done;
  }
}

Result<void> seal_again(const Keyring& keys, const std::string& about, std::string& sealed) {
  if (sealed.empty()) return {};
  TRY_ASSIGN(const std::string text, keys.open(sealed, about));
  sealed = keys.seal(text, about);
  return {};
}

}  // namespace

Result<Rotation> rotate(const std::string& database, const std::string& key_file,
                        const std::string& actor) {
  TRY_ASSIGN(const auto old_keys, Keyring::load_or_make(key_file));
  // Both are in the file before anything is sealed with the new one, and until all is.
  const auto keys = old_keys->with_new_key();
  TRY(keys->save(key_file));
  TRY_ASSIGN(auto writer, storage::Writer::open(database));
  TRY_ASSIGN(auto readers, storage::Readers::open(writer->location(), 1));
  writer->begin();
  Rotation done;
  TRY_ASSIGN(done.variables, each(*readers, storage::list_variables, [&](VariableRow row) {
               if (auto sealed = seal_again(*keys, about_variable(row.key), row.value); !sealed)
                 return sealed;
               return writer->write(row);
             }));
  TRY_ASSIGN(done.connections, each(*readers, storage::list_connections, [&](ConnectionRow row) {
               const auto again = [&](const char* field, std::string& sealed) {
                 return seal_again(*keys, about_connection(row.connection_id, field), sealed);
               };
               if (auto sealed = again("password", row.password); !sealed) return sealed;
               if (auto sealed = again("extra", row.extra); !sealed) return sealed;
               return writer->write(row);
             }));
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  TRY(writer->write(AuditRow{
      .at = now,
      .actor = actor,
      .action = "rotate_secrets",
      .detail = fmt::format("{} variables, {} connections", done.variables, done.connections)}));
  TRY(writer->commit());
  TRY(keys->newest_only()->save(key_file));
  return done;
}

}  // namespace weft::secrets

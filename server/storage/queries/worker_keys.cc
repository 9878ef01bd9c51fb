#include "server/storage/queries/worker_keys.h"

#include "server/storage/queries/order.h"

namespace weft::storage {
namespace {

constexpr OrderColumn join_token_order[] = {{"id", "id"},
                                            {"worker_name", "worker"},
                                            {"created_at", "created_at"},
                                            {"expires_at", "expires_at"},
                                            {"used_at", "used_at"}};

}  // namespace

bool is_join_token_order(std::string_view name) {
  return has_order(join_token_order, name);
}

Result<Listing<JoinTokenRow>> list_join_tokens(Reader& reader, const Filter& filter,
                                               const std::vector<Order>& order, Page page) {
  return select_page(reader, columns::join_token, "FROM join_token", filter,
                     order_by(join_token_order, order, "id"), page,
                     [](Statement& row) { return join_token_row(row); });
}

Result<std::optional<JoinTokenRow>> find_join_token(Reader& reader, std::string_view id) {
  return find_by(reader, columns::join_token, "FROM join_token", "id", id, join_token_row);
}

Result<std::optional<WorkerKeyRow>> find_worker_key(Reader& reader, std::string_view worker) {
  return find_by(reader, columns::worker_key, "FROM worker_key", "worker", worker, worker_key_row);
}

Result<bool> has_worker(Reader& reader, std::string_view name) {
  Filter filter;
  filter.add_equal("name", std::string(name));
  TRY_ASSIGN(const auto count, count_rows(reader, "FROM worker", filter));
  return count > 0;
}

Result<std::vector<JoinTokenRow>> all_join_tokens(Reader& reader) {
  return select_all(reader, columns::join_token, "join_token", join_token_row);
}

Result<std::vector<WorkerKeyRow>> all_worker_keys(Reader& reader) {
  return select_all(reader, columns::worker_key, "worker_key", worker_key_row);
}

Result<std::unordered_map<std::string, std::string>> session_owners(Reader& reader) {
  std::unordered_map<std::string, std::string> owners;
  const auto take = [&](Statement& row) { owners.insert_or_assign(row.string(0), row.string(1)); };
  TRY(reader.prepare("SELECT session, name FROM worker").each(take));
  // Sessions that a newer one has replaced, as long as they hold attempts.
  TRY(reader
          .prepare("SELECT a.session, w.name FROM attempt a INDEXED BY attempt_active "
                   "CROSS JOIN worker w ON w.id = a.worker WHERE a.state < 2")
          .each(take));
  return owners;
}

}  // namespace weft::storage

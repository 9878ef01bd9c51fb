#pragma once

// Join tokens, keys of workers, and whose session is whose.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/storage/queries/list.h"
#include "server/storage/worker_keys.h"

namespace weft::storage {

bool is_join_token_order(std::string_view name);
Result<Listing<JoinTokenRow>> list_join_tokens(Reader& reader, const Filter& filter,
                                               const std::vector<Order>& order, Page page);
Result<std::optional<JoinTokenRow>> find_join_token(Reader& reader, std::string_view id);
Result<std::optional<WorkerKeyRow>> find_worker_key(Reader& reader, std::string_view worker);
/// Has a worker of this name ever registered?
Result<bool> has_worker(Reader& reader, std::string_view name);

/// All of them: what the server keeps in memory.
Result<std::vector<JoinTokenRow>> all_join_tokens(Reader& reader);
Result<std::vector<WorkerKeyRow>> all_worker_keys(Reader& reader);

/// Session → name of its worker, of at least all sessions that the scheduler knows after a start.
Result<std::unordered_map<std::string, std::string>> session_owners(Reader& reader);

}  // namespace weft::storage

#include "server/storage/queries/list.h"

#include <cctype>

#include <nlohmann/json.hpp>

namespace weft::storage {
namespace {

template <class T>
std::string list_text(const std::vector<T>& values) {
  return nlohmann::json(values).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

ReadBudget::ReadBudget(Reader& reader, std::chrono::milliseconds budget)
    : database_(reader.database().handle()), until_(std::chrono::steady_clock::now() + budget) {
  constexpr int steps_between_looks = 10'000;
  sqlite3_progress_handler(database_, steps_between_looks, is_spent, this);
}

ReadBudget::~ReadBudget() {
  sqlite3_progress_handler(database_, 0, nullptr, nullptr);
}

int ReadBudget::is_spent(void* self) {
  auto& budget = *static_cast<ReadBudget*>(self);
  budget.was_spent_ = std::chrono::steady_clock::now() >= budget.until_;
  return budget.was_spent_ ? 1 : 0;
}

Result<void> ReadBudget::check(Result<void> answer) const {
  if (answer || !was_spent_) return answer;
  return fail(ErrorCode::resource_exhausted,
              "the list takes too long: name a DAG or a run, or narrow the filters");
}

std::string json_list(const std::vector<std::int64_t>& values) {
  return list_text(values);
}
std::string json_list(const std::vector<std::string>& values) {
  return list_text(values);
}

void Filter::add(std::string_view sql, std::vector<Value> values) {
  if (!sql_.empty()) sql_ += " AND ";
  sql_.append("(").append(sql).append(")");
  for (auto& value : values) values_.push_back(std::move(value));
}

void Filter::add(const Filter& other) {
  if (!other.empty()) add(other.sql_, other.values_);
}

void Filter::add_equal(std::string_view column, Value value) {
  add(std::string(column) + " = ?", {std::move(value)});
}

void Filter::add_exists(std::string_view table, std::string_view join, const Filter& conditions) {
  std::string sql = "EXISTS (SELECT 1 FROM ";
  sql.append(table).append(" WHERE ").append(join).append(" AND ").append(conditions.sql_);
  add(sql.append(")"), conditions.values_);
}

void Filter::add_in(std::string_view column, const std::vector<std::int64_t>& values) {
  add(std::string(column) + " IN (SELECT value FROM json_each(?))", {json_list(values)});
}

void Filter::add_in(std::string_view column, const std::vector<std::string>& values) {
  add(std::string(column) + " IN (SELECT value FROM json_each(?))", {json_list(values)});
}

void Filter::add_not_in(std::string_view column, const std::vector<std::string>& values) {
  add(std::string(column) + " NOT IN (SELECT value FROM json_each(?))", {json_list(values)});
}

void Filter::add_pattern(std::string_view column, std::string_view pattern) {
  std::vector<std::string> likes;
  while (!pattern.empty()) {
    const auto bar = std::min(pattern.find('|'), pattern.size());
    const auto term = trimmed(pattern.substr(0, bar));
    pattern.remove_prefix(std::min(bar + 1, pattern.size()));
    if (term.empty()) continue;
    likes.push_back("%" + std::string(term == "~" ? "" : term) + "%");
  }
  // One term of SQL however many alternatives there are: SQLite bounds an expression's depth.
  if (likes.empty()) return;
  if (likes.size() == 1) return add(std::string(column) + " LIKE ?", {std::move(likes.front())});
  add("EXISTS (SELECT 1 FROM (SELECT value AS alternative FROM json_each(?)) WHERE " +
          std::string(column) + " LIKE alternative)",
      {json_list(likes)});
}

bool Filter::names(std::string_view table) const {
  const std::string column = std::string(table) + ".";
  for (auto at = sql_.find(column); at != std::string::npos; at = sql_.find(column, at + 1)) {
    if (at == 0) return true;
    const auto before = static_cast<unsigned char>(sql_[at - 1]);
    if (std::isalnum(before) == 0 && before != '_') return true;
  }
  return false;
}

std::string Filter::where() const {
  return sql_.empty() ? "" : "WHERE " + sql_;
}

int Filter::bind(Statement& statement, int index) const {
  for (const auto& value : values_)
    std::visit([&](const auto& v) { statement.bind(index++, v); }, value);
  return index;
}

Result<std::int64_t> count_rows(Reader& reader, std::string_view from, const Filter& filter) {
  std::string sql = "SELECT count(*) FROM (SELECT 1 ";
  sql.append(from).append(" ").append(filter.where());
  sql += " LIMIT " + std::to_string(max_exact_total + 1) + ")";
  Statement& statement = reader.prepare(sql);
  filter.bind(statement, 1);
  std::int64_t count = 0;
  const ReadBudget budget(reader);
  TRY(budget.check(statement.each([&](Statement& row) { count = row.integer(0); })));
  return count;
}

}  // namespace weft::storage

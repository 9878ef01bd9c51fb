#include "server/storage/check.h"

#include <fmt/format.h>
#include <sodium.h>

#include "server/storage/audit_chain.h"
#include "server/storage/migrate.h"

namespace weft::storage {
namespace {

constexpr std::size_t max_problems = 100;

/// A promise between tables: `sql` selects what breaks it, as one text per row.
struct Promise {
  const char* broken;
  const char* sql;
};

// State numbers are those of proto/wire/vocabulary.h: an attempt or a run below 2 is active; an
// instance that is queued (2) or running (3) has an attempt that is active; 4..7 and 11 are
// terminal.
constexpr Promise promises[] = {
    {"has a current version that is another's, or not there",
     "SELECT 'dag ' || d.key FROM dag d LEFT JOIN dag_version v ON v.id = d.current_version "
     "WHERE d.current_version IS NOT NULL AND v.dag IS NOT d.key"},
    {"runs a version of another DAG",
     "SELECT 'run ' || r.id FROM run r JOIN dag_version v ON v.id = r.version "
     "WHERE v.dag <> r.dag"},
    {"is over, but has no end, or ended and is not over",
     "SELECT 'run ' || id FROM run WHERE (state >= 2) <> (ended_at IS NOT NULL)"},
    {"succeeded or failed, but an instance of it is not over",
     "SELECT 'run ' || r.id FROM task_instance i JOIN run r ON r.id = i.run WHERE r.state >= 2 "
     "AND i.state NOT IN (4, 5, 6, 7, 11) GROUP BY r.id"},
    {"names an attempt that is another instance's, or not there",
     "SELECT 'task instance ' || i.id FROM task_instance i LEFT JOIN attempt a ON a.id = i.attempt "
     "WHERE i.attempt <> 0 AND a.instance IS NOT i.id"},
    {"is active, but not the current attempt of its instance",
     "SELECT 'attempt ' || a.id FROM attempt a JOIN task_instance i ON i.id = a.instance "
     "WHERE a.state < 2 AND i.attempt <> a.id"},
    {"is queued or running without an active attempt",
     "SELECT 'task instance ' || i.id FROM task_instance i LEFT JOIN attempt a ON a.id = i.attempt "
     "WHERE i.state IN (2, 3) AND (a.state IS NULL OR a.state > 1)"},
    {"belongs to another run than its instance",
     "SELECT 'attempt ' || a.id FROM attempt a JOIN task_instance i ON i.id = a.instance "
     "WHERE a.run <> i.run"},
    {"is over without an end, or has an end and is not over",
     "SELECT 'attempt ' || id FROM attempt WHERE (state >= 2) <> (ended_at IS NOT NULL)"},
    {"has a try number that is not its latest attempt's",
     "SELECT 'task instance ' || i.id FROM task_instance i JOIN attempt a ON a.id = i.attempt "
     "WHERE i.try_number <> a.try_number"},
    {"of a run does not go on from the event before it",
     "SELECT 'event ' || id FROM (SELECT id, from_state, lag(to_state) OVER (PARTITION BY run "
     "ORDER BY id) AS before FROM event WHERE kind = 0) WHERE before <> from_state"},
    {"has a state that its events do not give",
     "SELECT 'run ' || r.id FROM run r JOIN (SELECT run, to_state, max(id) FROM event WHERE "
     "kind = 0 GROUP BY run) e ON e.run = r.id WHERE e.to_state <> r.state"},
    {"of a task instance does not go on from the event before it",
     "SELECT 'event ' || id FROM (SELECT id, from_state, lag(to_state) OVER (PARTITION BY instance "
     "ORDER BY id) AS before FROM event WHERE kind = 1) WHERE before <> from_state"},
    {"has a state that its events do not give",
     "SELECT 'task instance ' || i.id FROM task_instance i JOIN (SELECT instance, to_state, "
     "max(id) FROM event WHERE kind = 1 GROUP BY instance) e ON e.instance = i.id "
     "WHERE e.to_state <> i.state"},
    {"left a terminal state: an attempt has one outcome",
     "SELECT 'attempt ' || attempt || ' (event ' || id || ')' FROM event "
     "WHERE kind = 2 AND from_state >= 2"},
    {"has a state that its events do not give",
     "SELECT 'attempt ' || a.id FROM attempt a JOIN (SELECT attempt, to_state, max(id) FROM event "
     "WHERE kind = 2 AND to_state >= 2 GROUP BY attempt) e ON e.attempt = a.id "
     "WHERE e.to_state <> a.state"},
    {"has an event of an asset that another run of its DAG had",
     "SELECT 'run ' || run FROM (SELECT run, first_event, lag(last_event) OVER (PARTITION BY "
     "asset, "
     "partition_key, dag ORDER BY first_event) AS before FROM asset_consumed) "
     "WHERE before >= first_event"},
    {"had an event of an asset that waits again",
     "SELECT 'run ' || c.run FROM asset_queue q JOIN asset_consumed c ON c.asset = q.asset AND "
     "c.partition_key = q.partition_key AND c.dag = q.dag WHERE c.last_event >= q.first_event"},
    // Only while no event was removed: without any, an instance is as it was made.
    {"has left its first state without an event",
     "SELECT 'task instance ' || i.id FROM task_instance i WHERE i.state <> 0 AND EXISTS (SELECT 1 "
     "FROM event WHERE id = 1) AND i.id NOT IN (SELECT instance FROM event WHERE kind = 1)"},
};

class Checker {
 public:
  explicit Checker(Database& database) : database_(database) {}

  Result<CheckReport> run() {
    TRY(schema());
    TRY(pragma("integrity_check(100)", "ok"));
    TRY(foreign_keys());
    TRY(hashes());
    for (const Promise& promise : promises) TRY(keeps(promise));
    TRY_ASSIGN(const auto audit, verify_audit(database_));
    if (!audit.problem.empty()) problem("audit: " + audit.problem);
    TRY(counts());
    return std::move(report_);
  }

 private:
  void problem(std::string text) {
    if (report_.problems.size() < max_problems) report_.problems.push_back(std::move(text));
  }

  Result<void> schema() {
    TRY_ASSIGN(const auto schema, database_.query_integer("PRAGMA user_version"));
    if (schema == newest_schema()) return {};
    return fail(ErrorCode::conflict,
                fmt::format("the database has schema {}, this program checks {}: use the weft that "
                            "wrote it, or start the server once to migrate it",
                            schema, newest_schema()));
  }

  Result<void> pragma(const char* name, std::string_view fine) {
    TRY_ASSIGN(auto statement, database_.prepare(fmt::format("PRAGMA {}", name)));
    return statement.each([&](const Statement& row) {
      if (row.text(0) != fine) problem(fmt::format("{}: {}", name, row.text(0)));
    });
  }

  Result<void> foreign_keys() {
    TRY_ASSIGN(auto statement, database_.prepare("PRAGMA foreign_key_check"));
    return statement.each([&](const Statement& row) {
      problem(fmt::format("{} {} names a row of {} that is not there", row.text(0), row.text(1),
                          row.text(2)));
    });
  }

  Result<void> hashes() {
    TRY_ASSIGN(auto statement, database_.prepare("SELECT id, hash, canonical FROM dag_version"));
    return statement.each([&](const Statement& row) {
      unsigned char digest[crypto_hash_sha256_BYTES];
      const auto text = row.text(2);
      crypto_hash_sha256(digest, reinterpret_cast<const unsigned char*>(text.data()), text.size());
      std::string hex;
      for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
      if (hex != row.text(1))
        problem(fmt::format("dag_version {}: its text does not have its hash", row.integer(0)));
    });
  }

  Result<void> keeps(const Promise& promise) {
    TRY_ASSIGN(auto statement, database_.prepare(promise.sql));
    return statement.each(
        [&](const Statement& row) { problem(fmt::format("{} {}", row.text(0), promise.broken)); });
  }

  Result<void> counts() {
    TRY_ASSIGN(report_.dags, database_.query_integer("SELECT count(*) FROM dag"));
    TRY_ASSIGN(report_.runs, database_.query_integer("SELECT count(*) FROM run"));
    TRY_ASSIGN(report_.instances, database_.query_integer("SELECT count(*) FROM task_instance"));
    TRY_ASSIGN(report_.attempts, database_.query_integer("SELECT count(*) FROM attempt"));
    TRY_ASSIGN(report_.events, database_.query_integer("SELECT count(*) FROM event"));
    return {};
  }

  Database& database_;
  CheckReport report_;
};

}  // namespace

Result<CheckReport> check(Database& database) {
  TRY(database.exec("BEGIN"));
  auto report = Checker(database).run();
  (void)database.exec("ROLLBACK");
  return report;
}

}  // namespace weft::storage

#include "server/storage/clean.h"

#include <fmt/format.h>

#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "server/storage/data_lock.h"
#include "server/storage/log_sweep.h"
#include "server/storage/queries/old_runs.h"
#include "server/storage/readers.h"
#include "server/storage/writer.h"

namespace weft::storage {
namespace {

constexpr int runs_per_look = 100;
constexpr int all = std::numeric_limits<int>::max();

std::int64_t size_of(const std::string& database) {
  std::int64_t bytes = 0;
  for (const char* beside : {"", "-wal"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(database + beside, error);
    if (!error) bytes += static_cast<std::int64_t>(size);
  }
  return bytes;
}

/// One batch of a Writer; what was not committed is rolled back.
template <class Fill>
Result<void> in_batch(Writer& writer, Fill&& fill) {
  writer.begin();
  auto done = fill();
  if (done) done = writer.commit();
  if (!done) {
    writer.rollback();
    return done;
  }
  return writer.checkpoint_if_due(false);
}

/// Forgets old runs as the scheduler's DeleteRuns does, with no scheduler that could know of them.
class OldRunsDeletion {
 public:
  OldRunsDeletion(Writer& writer, const CleanOptions& options, CleanReport& report)
      : writer_(writer), options_(options), report_(report) {}

  Result<void> run(const std::vector<OldRuns>& dags, const std::string& actor, Instant now) {
    TRY_ASSIGN(const auto snapshot, writer_.load_snapshot());
    if (!snapshot.jobs.empty())
      return fail(ErrorCode::conflict,
                  fmt::format("{} jobs are under way: start the server, wait until /api/v2/jobs "
                              "says that they are done, and stop it again",
                              snapshot.jobs.size()));
    for (const auto& run : snapshot.runs) active_.insert(run.run.id);
    ids_ = snapshot.highest;
    std::map<std::string_view, RunId> last;
    for (const OldRuns& dag : dags) last.emplace(dag.dag_id, dag.last);
    for (const DagRow& dag : snapshot.dags)
      if (const auto found = last.find(dag.dag_id); found != last.end())
        TRY(forget(dag, found->second, actor, now));
    return {};
  }

 private:
  Result<void> forget(const DagRow& dag, RunId last, const std::string& actor, Instant now) {
    const std::int64_t before = report_.runs;
    if (!options_.dry_run) TRY(announce(dag, actor, now));
    for (RunId after{}; after != last;) {
      const auto runs = writer_.runs_by_id(dag.key, after, last, runs_per_look);
      for (const RunKey& run : runs) {
        // Those behind it were made later still, and so did not end before.
        if (run.queued_at >= *options_.runs_before) return tell(before);
        after = run.id;
        if (run.ended_at && *run.ended_at < *options_.runs_before && !active_.contains(run.id))
          TRY(forget(run.id));
      }
      if (runs.empty()) break;
    }
    return tell(before);
  }

  Result<void> tell(std::int64_t runs_before) {
    if (report_.runs > runs_before) ++report_.dags;
    return {};
  }

  /// Before the first run goes: no number is given twice, and who did it is known.
  Result<void> announce(const DagRow& dag, const std::string& actor, Instant now) {
    return in_batch(writer_, [&]() -> Result<void> {
      TRY(writer_.write(IdsRetired{ids_.run, ids_.instance, ids_.attempt, ids_.dag, ids_.version,
                                   ids_.backfill, ids_.job}));
      AuditRow row{.at = now, .actor = actor, .action = "delete_runs", .dag_id = dag.dag_id};
      row.detail = nlohmann::json{{"before", format_instant_z(*options_.runs_before)}}.dump();
      return writer_.write(row);
    });
  }

  Result<void> forget(RunId run) {
    ++report_.runs;
    const auto instances = writer_.instance_ids(run, all);
    report_.instances += static_cast<std::int64_t>(instances.size());
    if (options_.dry_run) return {};
    return in_batch(writer_, [&]() -> Result<void> {
      for (const InstanceId id : instances) TRY(writer_.write(InstanceDeleted{id}));
      return writer_.write(RunDeleted{run});
    });
  }

  Writer& writer_;
  const CleanOptions& options_;
  CleanReport& report_;
  std::set<RunId> active_;
  HighestIds ids_;
};

Result<std::int64_t> forget_events(Writer& writer, Instant before) {
  std::int64_t sum = 0;
  for (std::int64_t some = 1; some > 0; sum += some) {
    TRY(in_batch(writer, [&]() -> Result<void> {
      TRY_ASSIGN(some, writer.forget_events(before));
      return {};
    }));
  }
  return sum;
}

Result<void> give_back(const std::string& path) {
  TRY_ASSIGN(Database database, Database::open(path, OpenMode::read_write_create));
  if (auto done = database.exec("VACUUM"); !done)
    return fail(done.error().code,
                "what was to go is gone, but its room could not be given back to the disk, for "
                "which as much room is needed as what is left takes: " +
                    done.error().message);
  return {};
}

}  // namespace

Result<CleanReport> clean(const std::string& data, const CleanOptions& options,
                          const std::string& actor, Instant now) {
  TRY_ASSIGN(const std::string path, existing_database(data));
  TRY_ASSIGN(const DataLock lock, DataLock::acquire(data));
  CleanReport report;
  report.bytes_before = size_of(path);
  {
    TRY_ASSIGN(const auto writer, Writer::open(path));
    TRY_ASSIGN(const auto readers, Readers::open(writer->location(), 1));
    if (options.runs_before) {
      TRY_ASSIGN(const auto dags, readers->with([&](Reader& reader) {
        return old_runs(reader, *options.runs_before, options.keep_last);
      }));
      TRY(OldRunsDeletion(*writer, options, report).run(dags, actor, now));
    }
    if (!options.dry_run) {
      if (options.events_before) {
        TRY_ASSIGN(report.events, forget_events(*writer, *options.events_before));
      }
      TRY_ASSIGN(
          report.logs, sweep_logs(data + "/logs", [&](DagKey dag, const auto& runs) {
            return readers->with([&](Reader& reader) { return deleted_runs(reader, dag, runs); });
          }));
    }
  }
  if (!options.dry_run) TRY(give_back(path));
  report.bytes_after = size_of(path);
  return report;
}

}  // namespace weft::storage

// The members of the closed lists that go into and come out of a step. Each list stands here once
// more, as C++ instantiates by the list and not by its name; where the two differ nothing links.

#include "base/sum_members.h"
#include "server/core/scheduler/change.h"
#include "server/core/scheduler/command.h"

namespace weft {

/// Change
template class Sum<DagRow, VersionRow, RunRow, InstanceRow, MappingRow, AttemptRow, OutputsWritten,
                   EventRow, PoolRow, PoolDeleted, WorkerRow, ImportErrorRow, ImportErrorCleared,
                   IdempotencyRow, AuditRow, BackfillRow, JobRow, IdsRetired, InstanceDeleted,
                   RunDeleted, DagDeleted, OutputRow, OutputDeleted, AssetRow, AssetReferences,
                   AssetEventRow, AssetQueuedRow, AssetQueuedDeleted, AssetConsumedRow, ApprovalRow,
                   ApprovalAnswered, VariableRow, ConnectionRow, UserRow, TokenRow, RecordDeleted>;
/// Effect
template class Sum<LeaseGranted, CancelRequested, SessionClosed, RecordChanged>;
/// Command
template class Sum<PutDag, RemoveDagFile, PutImportError, PauseDag, TriggerRun, MarkRun, SetRunNote,
                   RegisterWorker, SyncWorker, FinishAttempts, DrainWorker, FailAttempt, FireTimers,
                   PutPool, DeletePool, CreateBackfill, PauseBackfill, CancelBackfill, PrepareStop,
                   EditTasks, CancelTask, SetTaskNote, SetOutput, DeleteOutput, DeleteTask,
                   DeleteRun, DeleteRuns, DeleteDag, CreateAssetEvent, DeleteQueuedAssetEvents,
                   AnswerApproval, PutRecord, DeleteRecord>;
/// Answer
template class Sum<Done, DagAnswer, RunAnswer, RegisterAnswer, SessionAnswer, BackfillAnswer,
                   EditAnswer, AssetEventAnswer, CountAnswer>;

}  // namespace weft

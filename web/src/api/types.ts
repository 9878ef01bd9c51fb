/** Short names for the generated schemas, so that nothing here is written by hand. */

import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Dag = Schemas["DAGResponse"];
export type DagDetails = Schemas["DAGDetailsResponse"];
export type DagRun = Schemas["DAGRunResponse"];
/** Of a run what a bar shows. */
export type RunBar = Schemas["DAGRunLightResponse"];
export type Task = Schemas["TaskResponse"];
/** Two fields of Airflow's that are always null here are left out. */
export type TaskInstance = Omit<Schemas["TaskInstanceResponse"], "trigger" | "triggerer_job">;
export type TaskTry = Schemas["TaskInstanceHistoryResponse"];
export type Explanation = Schemas["ExplanationResponse"];
export type ImportError = Schemas["ImportErrorResponse"];
export type Pool = Schemas["PoolResponse"];
export type Worker = Schemas["WorkerResponse"];
export type XComEntry = Schemas["XComResponseNative"];
export type LogMessage = Schemas["StructuredLogMessage"];
export type TriggerBody = Schemas["TriggerDAGRunPostBody"];
export type RunPatch = Schemas["DAGRunPatchBody"];
export type ClearRunBody = Schemas["DAGRunClearBody"];
export type ClearBody = Schemas["ClearTaskInstancesBody"];
export type MarkBody = Schemas["PatchTaskInstanceBody"];
export type InstanceCollection = Omit<
  Schemas["TaskInstanceCollectionResponse"],
  "task_instances"
> & { task_instances: TaskInstance[] };
export type Job = Schemas["JobResponse"];
export type Approval = Omit<Schemas["HITLDetail"], "task_instance"> & {
  task_instance: TaskInstance;
};
export type GanttInstance = Schemas["GanttTaskInstance"];
export type Reason = Schemas["ReasonResponse"];

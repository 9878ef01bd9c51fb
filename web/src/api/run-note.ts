/** The note of a run, which several people may write. */

import { tagOf } from "./change";
import { api, unwrap } from "./client";
import { useEdit } from "./run-actions";
import type { DagRun } from "./types";

const noteOf = ({ note }: DagRun) => note;

/** Saves it where the note is still the one of the run that was `shown`: throws ApiError 412 else. */
export const useSaveNote = () =>
  useEdit(async ({ shown, note }: { shown: DagRun; note: string }) => {
    const path = { dag_id: shown.dag_id, dag_run_id: shown.dag_run_id };
    const read = api.GET("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}", { params: { path } });
    const header = { "If-Match": await tagOf(shown, read, noteOf) };
    return unwrap(
      api.PATCH("/api/v2/dags/{dag_id}/dagRuns/{dag_run_id}", {
        params: { path, header },
        body: { note },
      }),
    );
  });

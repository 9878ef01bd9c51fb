/** What the pages of the administration change. */

import { slices } from "@/lib/variables-file";
import type { Connection, User, Variable } from "./admin";
import { done, tagOf, useChange } from "./change";
import { api, unwrap } from "./client";
import type { components } from "./schema.gen";
import type { Pool } from "./types";

type Schemas = components["schemas"];
export type PoolBody = Schemas["PoolBody"];
export type PoolPatch = Schemas["PoolPatchBody"];
export type VariableBody = Schemas["VariableBody"];
export type VariablePatch = Schemas["VariablePatchBody"];
export type ConnectionBody = Schemas["ConnectionBody"];
export type ConnectionPatch = Schemas["ConnectionPatchBody"];
export type UserBody = Schemas["UserBody"];
export type UserPatch = Schemas["UserPatchBody"];
export type TokenBody = Schemas["ApiTokenBody"];
export type JoinTokenBody = Schemas["JoinTokenBody"];

const ME = ["me"];

export const useCreatePool = () =>
  useChange(["pools"], (body: PoolBody) => unwrap(api.POST("/api/v2/pools", { body })));
/** What of a pool is edited; its tag changes with each slot that is taken, so it is of no use here. */
const editedOf = ({ slots, include_deferred, description }: Pool) => ({
  slots,
  include_deferred,
  description,
});
export const usePatchPool = (name: string) =>
  useChange(["pools"], async ({ shown, body }: { shown: Pool; body: PoolPatch }) => {
    const path = { pool_name: name };
    await tagOf(shown, api.GET("/api/v2/pools/{pool_name}", { params: { path } }), editedOf);
    return unwrap(api.PATCH("/api/v2/pools/{pool_name}", { params: { path }, body }));
  });
export const useDeletePool = (name: string) =>
  useChange(["pools"], () =>
    done(api.DELETE("/api/v2/pools/{pool_name}", { params: { path: { pool_name: name } } })),
  );

export const useCreateVariable = () =>
  useChange(["variables"], (body: VariableBody) => unwrap(api.POST("/api/v2/variables", { body })));
export const usePatchVariable = (key: string) =>
  useChange(["variables"], async ({ shown, body }: { shown: Variable; body: VariablePatch }) => {
    const path = { variable_key: key };
    const read = api.GET("/api/v2/variables/{variable_key}", { params: { path } });
    const header = { "If-Match": await tagOf(shown, read) };
    return unwrap(
      api.PATCH("/api/v2/variables/{variable_key}", { params: { path, header }, body }),
    );
  });
export const useDeleteVariable = (key: string) =>
  useChange(["variables"], () =>
    done(
      api.DELETE("/api/v2/variables/{variable_key}", { params: { path: { variable_key: key } } }),
    ),
  );

export type OnExistence = Schemas["BulkActionOnExistence"];
/** In how large parts an import goes out; the server takes 1,000. */
export const IMPORT_SLICE = 500;

export interface Imported {
  made: string[];
  errors: string[];
}

export const importBody = (entities: VariableBody[], onExistence: OnExistence) => ({
  actions: [{ action: "create" as const, entities, action_on_existence: onExistence }],
});

export const useImportVariables = () =>
  useChange(
    ["variables"],
    async (input: { entities: VariableBody[]; onExistence: OnExistence }): Promise<Imported> => {
      const result: Imported = { made: [], errors: [] };
      for (const part of slices(input.entities, IMPORT_SLICE)) {
        const answer = await unwrap(
          api.PATCH("/api/v2/variables", { body: importBody(part, input.onExistence) }),
        );
        result.made.push(...(answer.create?.success ?? []));
        for (const { error } of answer.create?.errors ?? []) result.errors.push(String(error));
      }
      return result;
    },
  );

export const useCreateConnection = () =>
  useChange(["connections"], (body: ConnectionBody) =>
    unwrap(api.POST("/api/v2/connections", { body })),
  );
export const usePatchConnection = (id: string) =>
  useChange(
    ["connections"],
    async ({ shown, body }: { shown: Connection; body: ConnectionPatch }) => {
      const path = { connection_id: id };
      const read = api.GET("/api/v2/connections/{connection_id}", { params: { path } });
      const header = { "If-Match": await tagOf(shown, read) };
      return unwrap(
        api.PATCH("/api/v2/connections/{connection_id}", { params: { path, header }, body }),
      );
    },
  );
export const useDeleteConnection = (id: string) =>
  useChange(["connections"], () =>
    done(
      api.DELETE("/api/v2/connections/{connection_id}", {
        params: { path: { connection_id: id } },
      }),
    ),
  );
/** Refused by design: the answer is the server's reason. */
export const useTestConnection = () =>
  useChange([], (body: ConnectionBody) => done(api.POST("/api/v2/connections/test", { body })));

export const useCreateUser = () =>
  useChange(["users"], (body: UserBody) => unwrap(api.POST("/api/v2/users", { body })));
export const usePatchUser = (name: string) =>
  useChange(
    ["users", "tokens", ...ME],
    async ({ shown, body }: { shown: User; body: UserPatch }) => {
      const path = { username: name };
      const read = api.GET("/api/v2/users/{username}", { params: { path } });
      const header = { "If-Match": await tagOf(shown, read) };
      return unwrap(api.PATCH("/api/v2/users/{username}", { params: { path, header }, body }));
    },
  );
export const useDeleteUser = (name: string) =>
  useChange(["users", "tokens"], () =>
    done(api.DELETE("/api/v2/users/{username}", { params: { path: { username: name } } })),
  );
export const useChangePassword = () =>
  useChange(ME, (body: Schemas["PasswordBody"]) =>
    done(api.POST("/api/v2/users/me/password", { body })),
  );

export const useCreateToken = () =>
  useChange(["tokens"], (body: TokenBody) => unwrap(api.POST("/api/v2/tokens", { body })));
export const useInviteWorker = () =>
  useChange(["workers"], (body: JoinTokenBody) =>
    unwrap(api.POST("/api/v2/workers/joinTokens", { body })),
  );
export const useDrainWorker = (name: string) =>
  useChange(["workers"], (is_drained: boolean) =>
    unwrap(
      api.PATCH("/api/v2/workers/{worker_name}", {
        params: { path: { worker_name: name } },
        body: { is_drained },
      }),
    ),
  );
export const useDeleteToken = (id: string) =>
  useChange(["tokens"], () =>
    done(api.DELETE("/api/v2/tokens/{token_id}", { params: { path: { token_id: id } } })),
  );

/** Asks the server what is wrong with the text of a DAG file. */
export const useValidate = () =>
  useChange([], ({ filename, text }: { filename: string; text: string }) =>
    unwrap(
      api.POST("/api/v2/dags/validate", {
        params: { query: { filename } },
        body: text as unknown as Record<string, never>,
        // The body is the file as it is, also when it is no JSON.
        bodySerializer: () => text,
        headers: { "Content-Type": "application/json" },
      }),
    ),
  );

/** What the URLs of assets and of the administration may say; anything else is dropped. */

type Raw = Record<string, unknown>;

function text(value: unknown, max = 250): string | undefined {
  return typeof value === "string" && value.trim() ? value.slice(0, max) : undefined;
}

function count(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  const whole = typeof number === "number" && Number.isSafeInteger(number);
  return whole && number >= least && number <= most ? number : undefined;
}

export interface ListSearch {
  q?: string | undefined;
  /** A column, with `-` in front when the largest comes first. */
  sort?: string | undefined;
  page?: number | undefined;
}

/** A list's search; `columns` are the names that the server can sort by. */
export function listSearch(raw: Raw, columns: readonly string[]): ListSearch {
  const sort = text(raw.sort);
  return {
    q: text(raw.q),
    sort: sort && columns.includes(sort.replace(/^-/, "")) ? sort : undefined,
    page: count(raw.page, 2),
  };
}

export const ASSET_COLUMNS = ["name", "created_at", "updated_at"] as const;
export interface AssetListSearch extends ListSearch {
  /** Only what these DAGs make, read or wait for. */
  dag?: string | undefined;
}
export function assetListSearch(raw: Raw): AssetListSearch {
  return { ...listSearch(raw, ASSET_COLUMNS), dag: text(raw.dag) };
}

export interface LineageSearch {
  /** What stands in the middle; none: the assets that were made first. */
  asset?: number | undefined;
  depth?: number | undefined;
}
export function lineageSearch(raw: Raw): LineageSearch {
  return { asset: count(raw.asset, 1), depth: count(raw.depth, 1, 5) };
}

export interface AssetSearch {
  dag?: string | undefined;
  page?: number | undefined;
}
export function assetSearch(raw: Raw): AssetSearch {
  return { dag: text(raw.dag), page: count(raw.page, 2) };
}

export const POOL_COLUMNS = ["name"] as const;
export interface PoolListSearch extends ListSearch {
  /** The pool whose task instances are shown. */
  show?: string | undefined;
}
export function poolListSearch(raw: Raw): PoolListSearch {
  return { ...listSearch(raw, POOL_COLUMNS), show: text(raw.show, 256) };
}

export const VARIABLE_COLUMNS = ["key", "description"] as const;
export const variableListSearch = (raw: Raw) => listSearch(raw, VARIABLE_COLUMNS);

export const CONNECTION_COLUMNS = ["connection_id", "conn_type", "host"] as const;
export const connectionListSearch = (raw: Raw) => listSearch(raw, CONNECTION_COLUMNS);

export const WORKER_COLUMNS = ["name", "state", "slots", "last_seen"] as const;
export const workerListSearch = (raw: Raw) => listSearch(raw, WORKER_COLUMNS);

export const USER_COLUMNS = ["username", "role", "created_at"] as const;
export const userListSearch = (raw: Raw) => listSearch(raw, USER_COLUMNS);

export const TOKEN_COLUMNS = ["name", "username", "created_at", "expires_at", "last_used_at"];
export interface TokenListSearch extends ListSearch {
  /** Whose; `~`: everybody's. */
  user?: string | undefined;
}
export function tokenListSearch(raw: Raw): TokenListSearch {
  return { ...listSearch(raw, TOKEN_COLUMNS), user: text(raw.user) };
}

export interface AuditSearch {
  event?: string | undefined;
  owner?: string | undefined;
  dag?: string | undefined;
  run?: string | undefined;
  task?: string | undefined;
  after?: string | undefined;
  before?: string | undefined;
  page?: number | undefined;
}
export function auditSearch(raw: Raw): AuditSearch {
  return {
    event: text(raw.event),
    owner: text(raw.owner),
    dag: text(raw.dag),
    run: text(raw.run),
    task: text(raw.task),
    after: instant(raw.after),
    before: instant(raw.before),
    page: count(raw.page, 2),
  };
}

/** "2026-01-31T05:30", with seconds or without: a moment of UTC. */
function instant(value: unknown): string | undefined {
  const written = text(value, 40);
  return written && !Number.isNaN(Date.parse(`${written}Z`)) ? written : undefined;
}

export const importListSearch = (raw: Raw) => listSearch(raw, []);

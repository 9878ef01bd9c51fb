/** Groups by the worker that has them; those of none come last. */
export function byHost<T extends { hostname: string | null }>(
  instances: readonly T[],
): { host: string | null; instances: T[] }[] {
  const groups = new Map<string, T[]>();
  for (const one of instances) {
    const host = one.hostname ?? "";
    groups.set(host, [...(groups.get(host) ?? []), one]);
  }
  return [...groups]
    .sort(([a], [b]) => Number(a === "") - Number(b === "") || a.localeCompare(b))
    .map(([host, list]) => ({ host: host || null, instances: list }));
}

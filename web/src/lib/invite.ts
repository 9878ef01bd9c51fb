/** What the worker's machine is told when it is invited: pure. */

/** As the server takes the names of workers. */
export function isWorkerName(name: string): boolean {
  return /^[A-Za-z0-9_.-]{1,250}$/.test(name) && name !== "." && name !== "..";
}

/** The one command: the token goes into a file that only its owner can read. */
export function joinCommand(server: string, token: string, name: string): string {
  const named = name ? ` --name ${name}` : "";
  return [
    `(umask 077 && echo ${token} > join-token) && \\`,
    `  weft worker --server ${server} --token-file join-token${named} \\`,
    "  --slots 8 --queues default --state weft-worker",
  ].join("\n");
}

/** The same invitation from a terminal. */
export function inviteCommand(name: string, hours: number | null): string {
  const use = hours === null ? "--once" : `--hours ${hours}`;
  return `weft workers invite ${use}${name ? ` --name ${name}` : ""}`;
}

import type { Worker } from "@/api/types";

/** The queues that nobody takes from once this worker is drained. */
export function orphanedQueues(worker: Worker, all: readonly Worker[]): string[] {
  const others = all.filter((other) => other.name !== worker.name && other.state === "online");
  return worker.queues.filter((queue) => !others.some((other) => other.queues.includes(queue)));
}

/** The lines of the result, and how they are printed. */

const UNITS = {
  ms: (value) => `${Math.round(value)} ms`,
  fps: (value) => `${value.toFixed(1)} fps`,
  MiB: (value) => `${value.toFixed(1)} MiB`,
  count: (value) => String(Math.round(value)),
};

export class Table {
  lines = [];

  /** `goal` is [">=" or "<=", figure], or null: told, not judged. */
  add({ name, value, unit, goal }) {
    const holds = goal === null ? null : goal[0] === "<=" ? value <= goal[1] : value >= goal[1];
    this.lines.push({ name, value, unit, goal, holds });
    const verdict = holds === null ? "" : holds ? "ok" : "MISSED";
    const bound = goal === null ? "" : `${goal[0]} ${UNITS[unit](goal[1])}`;
    console.log(
      `${name.padEnd(58)} ${UNITS[unit](value).padStart(12)} ${bound.padStart(14)}  ${verdict}`,
    );
  }

  fail(name, error) {
    const reason = error instanceof Error ? error.message : String(error);
    this.lines.push({ name, error: reason });
    console.log(`${name.padEnd(58)} could not be measured: ${reason}`);
  }

  get isWhole() {
    return this.lines.every((line) => line.error === undefined);
  }
}

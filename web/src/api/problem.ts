/** Everything that a call may end with but an answer. */

export class ApiError extends Error {
  /** The HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** The server's stable word for it, "unreachable" when no answer came. */
  readonly code: string;
  /** Of a 422 each single reason, without its place. */
  readonly reasons: readonly string[];

  constructor(status: number, code: string, message: string, reasons: readonly string[] = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.reasons = reasons;
  }
}

export function unreachable(): ApiError {
  return new ApiError(0, "unreachable", "The server does not answer. Is it running?");
}

export function changedMeanwhile(): ApiError {
  return new ApiError(
    412,
    "precondition_failed",
    "Somebody has changed it since you opened this form, so nothing was saved. " +
      "Close the form and open it again to see what is there now.",
  );
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.status === 0;
}

/** True when the same call may well succeed in a moment: nobody there, too much to do, or ending. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && [0, 429, 503].includes(error.status);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

/** Reads a problem+json body, and whatever a proxy may have put in its place. */
export function toApiError(status: number, body: unknown): ApiError {
  if (status === 412) return changedMeanwhile();
  const fields = typeof body === "object" && body !== null ? body : {};
  const text = (name: string): string | undefined => {
    const value = (fields as Record<string, unknown>)[name];
    return typeof value === "string" && value ? value : undefined;
  };
  const message =
    text("detail") ??
    validationText((fields as Record<string, unknown>).detail) ??
    text("title") ??
    `The server answered ${status}.`;
  const { detail } = fields as Record<string, unknown>;
  return new ApiError(status, text("code") ?? `http_${status}`, message, reasonsOf(detail));
}

function reasonsOf(detail: unknown): string[] {
  if (!Array.isArray(detail)) return [];
  return detail.flatMap((item: unknown) =>
    typeof item === "object" && item !== null && "msg" in item ? [String(item.msg)] : [],
  );
}

/** A 422's detail is a list of {loc, msg, type}. */
function validationText(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return undefined;
  const lines = detail.flatMap((item: unknown) => {
    if (typeof item !== "object" || item === null || !("msg" in item)) return [];
    const loc = "loc" in item && Array.isArray(item.loc) ? item.loc.join(".") : "";
    return [loc ? `${loc}: ${String(item.msg)}` : String(item.msg)];
  });
  return lines.length > 0 ? lines.join("\n") : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An incremental reader of text/event-stream. EventSource cannot send an Authorization header. */

export interface ServerEvent {
  event: string;
  data: string;
  id: string;
}

/** Bounds what one event may hold, so that a broken stream cannot fill the memory. */
const MAX_EVENT_CHARS = 4 * 1024 * 1024;

export class EventStreamParser {
  private rest = "";
  private event = "";
  private data: string[] = [];
  private size = 0;
  private id = "";

  /** The last id that came, also with a comment that made no event. */
  get lastId(): string {
    return this.id;
  }

  /** Takes text as it comes and gives the events that it completes. */
  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    if (this.rest.length > MAX_EVENT_CHARS) throw new Error("The server sent an endless line.");
    for (const line of lines) {
      if (line !== "") this.field(line);
      else if (this.data.length > 0 || this.event) events.push(this.take());
    }
    return events;
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") this.event = value;
    else if (name === "id") this.id = value;
    else if (name === "data") {
      this.size += value.length;
      if (this.size > MAX_EVENT_CHARS) throw new Error("The server sent an endless event.");
      this.data.push(value);
    }
  }

  private take(): ServerEvent {
    const taken = { event: this.event || "message", data: this.data.join("\n"), id: this.id };
    this.event = "";
    this.data = [];
    this.size = 0;
    return taken;
  }
}

/** What is wrong with a DAG file, and where: an import error's lines, or the validator's answer. */

export interface Finding {
  /** From 1; undefined when the file as a whole is meant. */
  line?: number | undefined;
  column?: number | undefined;
  message: string;
  severity?: string | undefined;
}

const PLACED = /^(.*?):(\d+):(\d+): (.*)$/;

/**
 * `file:line:column: message`, one per line. A line without a place belongs to the finding before
 * it; what comes before the first stands for the file.
 */
export function readFindings(trace: string): Finding[] {
  const findings: Finding[] = [];
  for (const line of trace.split("\n")) {
    if (!line.trim()) continue;
    const found = PLACED.exec(line);
    const last = findings.at(-1);
    if (found) {
      findings.push({ line: Number(found[2]), column: Number(found[3]), message: found[4] ?? "" });
    } else if (last) last.message += `\n${line}`;
    else findings.push({ message: line });
  }
  return findings;
}

export interface Excerpt {
  /** The number of the first line. */
  first: number;
  lines: string[];
  /** Which of the lines is meant. */
  at: number;
  /** Blanks up to the column, tabs kept, so that a caret below stands right. */
  indent: string;
}

/** The line of a finding with those around it; undefined where the text has no such line. */
export function excerpt(text: string, finding: Finding, around = 1): Excerpt | undefined {
  if (!finding.line) return undefined;
  const lines = text.split(/\r?\n/);
  const index = finding.line - 1;
  const line = lines[index];
  if (line === undefined) return undefined;
  const from = Math.max(0, index - around);
  // The server counts bytes of UTF-8 or letters; a caret past the end stands at the end.
  const before = line.slice(0, Math.min(line.length, Math.max(0, (finding.column ?? 1) - 1)));
  return {
    first: from + 1,
    lines: lines.slice(from, index + around + 1),
    at: index - from,
    indent: before.replace(/[^\t]/g, " "),
  };
}

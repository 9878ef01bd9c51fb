/** What is wrong with a DAG file, and where: an import error's lines, or the validator's answer. */

export interface Finding {
  /** From 1; undefined when the file as a whole is meant. */
  line?: number | undefined;
  column?: number | undefined;
  message: string;
  severity?: string | undefined;
  /** Where it isn't the file that one looks at. */
  file?: string | undefined;
  /** The text round it, where the server has told it. */
  excerpt?: Excerpt | undefined;
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

/** What the server tells of a finding. */
export interface ToldFinding {
  filename: string;
  line: number;
  column: number;
  message: string;
  first_line: number;
  lines: readonly string[];
  mark: number;
}

/** An import error in its parts; one from before the server kept them is read from its lines. */
export function findingsOf(error: {
  filename: string;
  stack_trace: string;
  findings: readonly ToldFinding[];
}): Finding[] {
  if (error.findings.length === 0) return readFindings(error.stack_trace);
  return error.findings.map(({ filename, line, column, message, first_line, lines, mark }) => ({
    line,
    column,
    message,
    file: filename === error.filename ? undefined : filename,
    excerpt:
      lines.length === 0
        ? undefined
        : {
            first: first_line,
            lines: [...lines],
            at: line - first_line,
            indent: indentTo(lines[line - first_line] ?? "", mark),
          },
  }));
}

/** Blanks up to a letter, counted as people do, from 1; tabs are kept. */
function indentTo(line: string, letter: number): string {
  const before = Array.from(line).slice(0, Math.max(0, letter - 1));
  return before.map((one) => (one === "\t" ? one : " ")).join("");
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
  return {
    first: from + 1,
    lines: lines.slice(from, index + around + 1),
    at: index - from,
    indent: indentTo(line, finding.column ?? 1),
  };
}

import { Scroller } from "@/components/scroller";
import { imports as en } from "@/i18n/en/imports";
import { useText } from "@/i18n/text";
import { type Excerpt, excerpt, type Finding } from "@/lib/findings";

/** What is wrong, each with its place; where its lines are known, with a caret under the column. */
export function Findings({
  findings,
  text,
}: {
  findings: readonly Finding[];
  text?: string | undefined;
}) {
  const t = useText("imports", en);
  return (
    <ol className="mt-2 flex flex-col gap-2">
      {findings.map((finding) => (
        <li
          key={`${finding.file}:${finding.line}:${finding.column}:${finding.message}`}
          className="min-w-0"
        >
          <p className="break-words whitespace-pre-wrap">
            <span className="mr-2 rounded bg-bad-panel px-1 font-mono text-xs whitespace-nowrap">
              {finding.severity === "warning" ? `${t("warning")}, ` : ""}
              {finding.line
                ? t("line", { line: finding.line, column: finding.column ?? 1 })
                : t("wholeFile")}
              {finding.file ? ` · ${finding.file}` : ""}
            </span>
            {finding.message}
          </p>
          <Lines found={finding.excerpt ?? (text ? excerpt(text, finding) : undefined)} />
        </li>
      ))}
    </ol>
  );
}

function Lines({ found }: { found: Excerpt | undefined }) {
  if (!found) return null;
  const width = String(found.first + found.lines.length - 1).length;
  const numbered = (index: number) => String(found.first + index).padStart(width);
  return (
    <Scroller className="mt-1 overflow-x-auto rounded border border-line bg-raised px-2 py-1 font-mono text-xs whitespace-pre">
      {found.lines.map((line, index) => (
        <span key={numbered(index)}>
          <span className="text-muted">{numbered(index)} │ </span>
          {index === found.at ? <strong>{line}</strong> : line}
          {"\n"}
          {index === found.at ? (
            <>
              <span className="text-muted">{" ".repeat(width)} │ </span>
              {found.indent}
              <span className="font-bold text-bad">^</span>
              {"\n"}
            </>
          ) : null}
        </span>
      ))}
    </Scroller>
  );
}

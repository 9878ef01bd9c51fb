import { useMemo, useState } from "react";
import { Empty } from "@/components/feedback";
import { Scroller } from "@/components/scroller";
import { dagCode as en } from "@/i18n/en/dagCode";
import { useText } from "@/i18n/text";
import { type DiffRow, diffRows, type Side, withGaps } from "@/lib/dag/diff";

/** Two texts side by side; what is the same is folded until somebody wants to see it. */
export function DiffView({
  label,
  before,
  after,
  whole,
}: {
  label: string;
  before: string;
  after: string;
  whole: boolean;
}) {
  const t = useText("dagCode", en);
  const rows = useMemo(() => diffRows(before, after), [before, after]);
  const parts = useMemo(
    () => (whole ? [{ kind: "rows" as const, rows: [...rows] }] : withGaps(rows)),
    [rows, whole],
  );
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  if (rows.every((row) => !row.changed)) {
    return (
      <div className="panel">
        <Empty>{t("diffNone")}</Empty>
      </div>
    );
  }
  return (
    <Scroller label={label} className="panel max-h-[75vh] overflow-auto">
      <table className="diff-table">
        <tbody>
          {parts.map((part) => {
            const key = `${part.rows[0]?.left?.number ?? ""} ${part.rows[0]?.right?.number ?? ""}`;
            if (part.kind === "rows" || opened.has(key)) {
              return part.rows.map((row) => (
                <Row key={`${row.left?.number} ${row.right?.number}`} row={row} />
              ));
            }
            return (
              <tr key={key}>
                <td colSpan={4} className="bg-raised">
                  <button
                    type="button"
                    className="link px-3 font-sans"
                    onClick={() => setOpened(new Set([...opened, key]))}
                  >
                    ⋯ {t("gap", { count: part.rows.length })}
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroller>
  );
}

function Row({ row }: { row: DiffRow }) {
  return (
    <tr>
      <Half side={row.left} sign={row.changed ? "−" : ""} look={row.changed ? "diff-gone" : ""} />
      <Half side={row.right} sign={row.changed ? "+" : ""} look={row.changed ? "diff-new" : ""} />
    </tr>
  );
}

function Half({ side, sign, look }: { side: Side | null; sign: string; look: string }) {
  if (!side) {
    return (
      <>
        <td className="diff-number" />
        <td className="diff-none" />
      </>
    );
  }
  return (
    <>
      <td className="diff-number">{side.number}</td>
      <td className={`diff-line ${look}`}>
        <span className="diff-sign">{sign}</span>
        {side.text}
      </td>
    </>
  );
}

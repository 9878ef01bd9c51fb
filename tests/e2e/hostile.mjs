/** Text of somebody who wants his script to run in the browser of whoever looks at it. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Each place has a number, so that what is found on a page tells where it came from. */
export const hostile = (place) =>
  `<img src=x onerror="globalThis.owned='${place}'"><script>globalThis.owned='${place}'</script>`;
export const SCRIPT_URL = "javascript:globalThis.owned='link'";
/** Turns round what follows, up to the end of the line; and takes the direction back. */
const BIDI = "\u202Egpj.exe\u2066";
const ESC = "\\033";

export const HOSTILE_DAG = "hostile.-_dag";

export const LOG_LINES = [
  "<script>globalThis.owned='log'</script>",
  "<img src=x onerror=globalThis.owned='log'>",
  "a link to javascript:globalThis.owned='log' and to data:text/html,<b>x</b>",
  "after the bidi line",
];

export function writeHostileDags(folder, write) {
  write("hostile.dag.json", {
    dag_id: HOSTILE_DAG,
    dag_display_name: hostile("name"),
    description: hostile("description"),
    doc_md: `${hostile("doc")} [a link](${SCRIPT_URL}) ![](https://tracker.example.com/x.png) ${BIDI}`,
    owner: hostile("owner"),
    tags: [hostile("tag"), `${BIDI} tag`],
    params: {
      shout: {
        type: "string",
        title: hostile("title"),
        description: hostile("help"),
        default: hostile("default"),
      },
    },
    tasks: [
      {
        task_id: "shout",
        task_display_name: hostile("task"),
        doc_md: hostile("task doc"),
        command: {
          lines: [
            "cat <<'END'",
            ...LOG_LINES.slice(0, 3),
            "END",
            `printf '%s\\n' '${BIDI} bidi'`,
            // A title, a link, a cleared screen, a colour that hides, a backspaced word.
            `printf '${ESC}]0;owned${ESC}\\\\\\n${ESC}]8;;${SCRIPT_URL.replaceAll("'", "")}${ESC}\\\\click${ESC}]8;;${ESC}\\\\\\n'`,
            `printf '${ESC}[2J${ESC}[31m<b>red</b>${ESC}[0m ${ESC}[8mhidden${ESC}[0m x\\b\\b\\n'`,
            `echo '${LOG_LINES[3]}'`,
            "printf '%s\\n' 'text:=\"<script>globalThis.owned=1</script>\"' >> \"$WEFT_OUTPUT\"",
          ],
        },
      },
      {
        task_id: "ask",
        type: "approval",
        depends_on: ["shout"],
        with: {
          subject: hostile("subject"),
          body: `${hostile("body")} [x](${SCRIPT_URL})`,
          options: [hostile("option"), "Reject"],
        },
      },
    ],
  });
  write("hostile_asset.dag.json", {
    dag_id: "hostile_asset",
    tasks: [
      {
        task_id: "make",
        type: "noop",
        outlets: [{ uri: "file:///hostile/<img-src=x-onerror=owned=1>" }],
      },
    ],
  });
  writeFileSync(
    join(folder, "<img src=x onerror=globalThis.owned='file'>.dag.json"),
    `{"dag_id": "broken_hostile", "tasks": [{"task_id": "a", "${hostile("key").replaceAll('"', '\\"')}": 1}]}`,
  );
}

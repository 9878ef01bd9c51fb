/** The server dies and comes back: pages that were open go on, with what is true then. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { done, pageOf } from "./people.mjs";
import { sceneOf } from "./scene.mjs";

const exact = true;

export const reconnectSteps = [
  {
    name: "reconnect: after kill -9 open pages say so, come back by themselves and show what is true",
    ownServer: true,
    async run(all) {
      const { weft, folder, tolerate, problems } = all;
      await sceneOf(weft);
      const { dag_run_id: runId } = await done(weft, "POST", "/dags/scene_waits/dagRuns", {});
      const { context, page: list } = await pageOf(all, "admin");
      const run = await context.newPage();
      const log = await context.newPage();
      const runPath = `/dags/scene_waits/runs/${encodeURIComponent(runId)}`;
      const running = run.getByRole("region", { name: "About this run" });
      await list.goto("/dags?q=scene_waits");
      await list.getByRole("switch", { name: "Pause scene_waits", exact }).waitFor();
      await run.goto(runPath);
      await running.getByText("Running", { exact }).waitFor();
      await log.goto(`${runPath}/tasks/wait`);
      await log.getByRole("log").getByText("line two").waitFor();
      const pages = [list, run, log];
      for (const page of pages) {
        await page.getByRole("banner").getByText("Live", { exact }).waitFor();
        await page.evaluate(() => {
          globalThis.neverLoadedAgain = true;
        });
      }
      tolerate(/ERR_|Failed to load/);
      await weft.kill();
      for (const page of pages) {
        await page.getByText("The server does not answer.").waitFor();
        await page.getByRole("banner").getByText("Polling", { exact }).waitFor();
      }
      // Meanwhile the task ends, and somebody edits the DAG.
      const file = join(folder, "dags", "scene_waits.dag.json");
      const text = readFileSync(file, "utf8");
      writeFileSync(join(folder, "dags", "go_scene"), "");
      writeFileSync(file, text.replace('"before"', '"edited while it was away"'));
      await weft.again();
      for (const page of pages) {
        await page.getByText("The server does not answer.").waitFor({ state: "hidden" });
        await page.getByRole("banner").getByText("Live", { exact }).waitFor();
      }
      await running.getByText("Success", { exact }).waitFor();
      await list.getByText("edited while it was away").waitFor();
      await log.getByRole("log").getByText("line three").waitFor();
      for (const line of ["line one", "line two", "line three"])
        assert.equal(await log.getByRole("log").getByText(line).count(), 1, `${line}, once`);
      // And the stream is a new one, not the memory of the old.
      await done(weft, "PATCH", "/dags/scene_waits", { is_paused: true });
      await list
        .getByRole("switch", { name: "Unpause scene_waits", exact })
        .waitFor({ timeout: 3000 });
      for (const page of pages)
        assert.equal(await page.evaluate(() => globalThis.neverLoadedAgain), true);
      problems.splice(0, problems.length, ...problems.filter((one) => !tolerated(one)));
      tolerate(/^$/);
      await context.close();
    },
  },
];

const tolerated = (text) => /ERR_|Failed to load/.test(text);

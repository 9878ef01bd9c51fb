/** German, whole; loaded when somebody asks for it. One line per catalogue. */

import type { Catalogues } from "../language";
import { backfills } from "./backfills";
import { common } from "./common";
import { controls } from "./controls";
import { dag } from "./dag";
import { dagCode } from "./dagCode";
import { dagGraph } from "./dagGraph";
import { dagGrid } from "./dagGrid";
import { dagTime } from "./dagTime";
import { dags } from "./dags";
import { feedback } from "./feedback";
import { form } from "./form";
import { home } from "./home";
import { log } from "./log";
import { palette } from "./palette";
import { run } from "./run";
import { schedule } from "./schedule";
import { shell } from "./shell";
import { states } from "./states";
import { task } from "./task";
import { time } from "./time";
import { trigger } from "./trigger";

export const catalogues: Catalogues = {
  backfills,
  common,
  controls,
  dag,
  dagCode,
  dagGraph,
  dagGrid,
  dagTime,
  dags,
  feedback,
  form,
  home,
  log,
  palette,
  run,
  schedule,
  shell,
  states,
  task,
  time,
  trigger,
};

/** German, whole; loaded when somebody asks for it. One line per catalogue. */

import type { Catalogues } from "../language";
import { backfills } from "./backfills";
import { common } from "./common";
import { controls } from "./controls";
import { dag } from "./dag";
import { dagCode } from "./dagCode";
import { dagGraph } from "./dagGraph";
import { dagGrid } from "./dagGrid";
import { dags } from "./dags";
import { dagTime } from "./dagTime";
import { feedback } from "./feedback";
import { home } from "./home";
import { palette } from "./palette";
import { schedule } from "./schedule";
import { shell } from "./shell";
import { states } from "./states";
import { time } from "./time";

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
  home,
  palette,
  schedule,
  shell,
  states,
  time,
};

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
import { schedule } from "./schedule";

export const catalogues: Catalogues = {
  backfills,
  common,
  controls,
  dag,
  dagCode,
  dagGraph,
  dagGrid,
  dagTime,
  schedule,
};

/** German, whole; loaded when somebody asks for it. One line per catalogue. */

import type { Catalogues } from "../language";
import { common } from "./common";
import { controls } from "./controls";
import { dags } from "./dags";
import { feedback } from "./feedback";
import { home } from "./home";
import { palette } from "./palette";
import { schedule } from "./schedule";
import { shell } from "./shell";
import { states } from "./states";
import { time } from "./time";

export const catalogues: Catalogues = {
  common,
  controls,
  dags,
  feedback,
  home,
  palette,
  schedule,
  shell,
  states,
  time,
};

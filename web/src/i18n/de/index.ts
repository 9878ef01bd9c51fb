/** German, whole; loaded when somebody asks for it. One line per catalogue. */

import type { Catalogues } from "../language";
import { common } from "./common";
import { form } from "./form";
import { log } from "./log";
import { run } from "./run";
import { task } from "./task";
import { trigger } from "./trigger";

export const catalogues: Catalogues = {
  common,
  form,
  log,
  run,
  task,
  trigger,
};

/** German, whole; loaded when somebody asks for it. One line per catalogue. */

import type { Catalogues } from "../language";
import { account } from "./account";
import { admin } from "./admin";
import { assets } from "./assets";
import { audit } from "./audit";
import { backfills } from "./backfills";
import { checklist } from "./checklist";
import { common } from "./common";
import { connections } from "./connections";
import { controls } from "./controls";
import { dag } from "./dag";
import { dagCode } from "./dagCode";
import { dagGraph } from "./dagGraph";
import { dagGrid } from "./dagGrid";
import { dags } from "./dags";
import { dagTime } from "./dagTime";
import { feedback } from "./feedback";
import { form } from "./form";
import { home } from "./home";
import { homeAsks } from "./homeAsks";
import { imports } from "./imports";
import { log } from "./log";
import { palette } from "./palette";
import { pools } from "./pools";
import { run } from "./run";
import { schedule } from "./schedule";
import { shell } from "./shell";
import { states } from "./states";
import { task } from "./task";
import { time } from "./time";
import { tokens } from "./tokens";
import { trigger } from "./trigger";
import { users } from "./users";
import { variables } from "./variables";
import { workers } from "./workers";

export const catalogues: Catalogues = {
  account,
  admin,
  assets,
  audit,
  backfills,
  checklist,
  common,
  connections,
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
  homeAsks,
  imports,
  log,
  palette,
  pools,
  run,
  schedule,
  shell,
  states,
  task,
  time,
  tokens,
  trigger,
  users,
  variables,
  workers,
};

/** German, whole; loaded when somebody asks for it. One line per catalogue. */

import type { Catalogues } from "../language";
import { account } from "./account";
import { admin } from "./admin";
import { assets } from "./assets";
import { audit } from "./audit";
import { checklist } from "./checklist";
import { common } from "./common";
import { connections } from "./connections";
import { imports } from "./imports";
import { pools } from "./pools";
import { tokens } from "./tokens";
import { users } from "./users";
import { variables } from "./variables";
import { workers } from "./workers";

export const catalogues: Catalogues = {
  account,
  admin,
  assets,
  audit,
  checklist,
  common,
  connections,
  imports,
  pools,
  tokens,
  users,
  variables,
  workers,
};

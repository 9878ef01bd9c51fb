/** German, whole; loaded when somebody asks for it. One line per catalogue. */

import type { Catalogues } from "../language";
import { common } from "./common";

export const catalogues: Catalogues = {
  common,
};

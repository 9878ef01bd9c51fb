/** The last thing that the person did, told for a moment: with its way back, and as a command. */

import type { Call } from "./curl";
import { createStore } from "./store";

export interface Notice {
  text: string;
  call?: Call;
  undo?: () => void;
}

export const notice = createStore<Notice | null>(null);

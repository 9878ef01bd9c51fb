import type { Translation } from "../catalogue";
import type { time as english } from "../en/time";

export const time: Translation<typeof english> = {
  now: "jetzt",
  ago: "vor {distance}",
  ahead: "in {distance}",
};

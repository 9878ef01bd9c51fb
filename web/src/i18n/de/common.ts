import type { Translation } from "../catalogue";
import type { common as english } from "../en/common";

export const common: Translation<typeof english> = {
  cancel: "Abbrechen",
  close: "Schließen",
  copied: "Kopiert",
  copy: "Kopieren",
  copyCurl: "Als curl kopieren",
  copyFailed: "Der Browser lässt diese Seite nicht in die Zwischenablage schreiben. Hier ist es:",
  needsRole: "Braucht die Rolle {role}",
};

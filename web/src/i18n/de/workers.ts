import type { Translation } from "../catalogue";
import type { workers as english } from "../en/workers";

export const workers: Translation<typeof english> = {
  title: "Worker",
  what: "die Worker",
  count: { one: "{count} Worker", other: "{count} Worker" },
  worker: "Worker",
  state: "Zustand",
  slots: "Belegte Plätze",
  slotsOf: "{used} von {slots}",
  queues: "Warteschlangen",
  host: "Rechner",
  version: "Version",
  otherVersion: "Der Server hat die Version {version}.",
  since: "In diesem Zustand seit",
  runs: "Läuft gerade",
  runsNone: "Auf keinem Worker läuft etwas.",
  runsMore: "Die ersten {shown} von {total} Task-Instanzen, die eingereiht sind oder laufen.",
  onWorker: "Auf {name}",
  notHanded: "Noch keinem Worker übergeben",
  empty:
    "Bei diesem Server ist kein Worker angemeldet; kein Task, der ein Kommando ausführt, kann beginnen.",
  add: "Wie ein Worker dazukommt",
  addText:
    "Ein Worker ruft den Server, er braucht keinen offenen Port. Ein Admin lädt ihn ein, mit dem Knopf oben oder dem ersten Kommando hier; das Token daraus lässt ihn ein, danach hat er einen eigenen Schlüssel:",
  invite: "Worker einladen",
  inviteFor: "Die Einladung gilt für",
  forOne: "einen Worker, innerhalb von {hours} Stunden",
  forMany: "beliebig viele Worker, {hours} Stunden lang",
  inviteName: "Name des Workers",
  inviteNameHint:
    "Nur ein Worker dieses Namens, auch anstelle eines, der ihn schon hat. Leer: jeder Name, der frei ist.",
  inviteNameBad: "Nur Buchstaben, Ziffern und _ . -",
  inviteMake: "Einladung erstellen",
  inviteRun:
    "Führen Sie dies auf dem Rechner des Workers aus. Das Token darin wird nur dieses eine Mal gezeigt:",
  inviteOnce:
    "Es lässt einen Worker ein. Danach weist der sich mit einem eigenen Schlüssel aus, der in seinem Zustandsordner liegt.",
  inviteMany:
    "Es lässt alle ein, die vor seinem Ende kommen. Jeder weist sich danach mit einem eigenen Schlüssel aus, der in seinem Zustandsordner liegt.",
  copyCommand: "Kommando kopieren",
  drain: "Wie einer geht",
  drainText:
    "Lassen Sie ihn hier oder mit dem Kommando leerlaufen: Er bekommt nichts Neues, und was er hat, läuft weiter. Läuft nichts mehr, beenden Sie ihn. SIGTERM tut beides auf einmal: Er endet von selbst, wenn alles übergeben ist; ein zweites SIGTERM bricht ab, was läuft.",
  drainIt: "Leerlaufen lassen",
  undrainIt: "Arbeit geben",
  drainOf: "{name} leerlaufen lassen",
  undrainOf: "{name} wieder Arbeit geben",
  drainWhat:
    "Er bekommt nichts Neues, bis Sie das zurücknehmen; was er hat, läuft weiter. Das bleibt so, auch wenn der Worker oder der Server neu startet.",
  drainedText: "Jemand lässt ihn leerlaufen: Er beendet, was er hat, und bekommt nichts Neues.",
  drainedAll: "Kein anderer Worker bedient {queues}: Tasks dieser Queue werden warten.",
  actions: "Aktionen",
  online: "Erreichbar",
  draining: "Läuft leer",
  unreachable: "Unerreichbar",
  lost: "Verloren",
  gone: "Abgemeldet",
  onlineText: "Er meldet sich und nimmt Tasks.",
  drainingText: "Er beendet, was er hat, und nimmt keine neuen Tasks.",
  unreachableText:
    "Er hat sich eine Weile nicht gemeldet. Was er hat, läuft weiter, bis die Leihfrist endet.",
  lostText: "Er hat sich eine ganze Leihfrist nicht gemeldet: Was er hatte, läuft noch einmal.",
  goneText: "Er hat sich abgemeldet.",
};

import type { Translation } from "../catalogue";
import type { homeAsks as english } from "../en/homeAsks";

export const homeAsks: Translation<typeof english> = {
  retryTitle: "Fehlgeschlagenes wiederholen",
  retryPreview: "Fragt, was noch einmal liefe …",
  retryTasks: { one: "{count} Task läuft noch einmal", other: "{count} Tasks laufen noch einmal" },
  retryNothing: "nichts zu wiederholen",
  retryDo: { one: "{count} Task wiederholen", other: "{count} Tasks wiederholen" },
  retryDone: { one: "{count} Lauf geht weiter.", other: "{count} Läufe gehen weiter." },
  retrying: "Wiederholt {done} von {all} …",
  retryExplain:
    "Nur fehlgeschlagene Tasks und die, die sie mitrissen, laufen noch einmal; was gelang, bleibt.",
  answers: "Wartet auf eine Antwort",
  answerFails: "schlägt ohne sie fehl",
  holdTitle: "Alles anhalten",
  holdText: {
    one: "{count} aktiver DAG wird pausiert: Er beginnt keinen neuen Lauf. Was läuft, läuft zu Ende.",
    other:
      "{count} aktive DAGs werden pausiert: Sie beginnen keine neuen Läufe. Was läuft, läuft zu Ende.",
  },
  holdKept:
    "Dieser Browser merkt sich, welche es waren, damit „Weiter“ später genau diese fortsetzt.",
  holdDo: { one: "{count} DAG pausieren", other: "{count} DAGs pausieren" },
  holding: "{done} von {all} pausiert …",
  resumeTitle: "Angehaltenes fortsetzen",
  resumeText: {
    one: "{count} DAG, der hier angehalten wurde, wird fortgesetzt. Was vorher pausiert war, bleibt es.",
    other:
      "{count} DAGs, die hier angehalten wurden, werden fortgesetzt. Was vorher pausiert war, bleibt es.",
  },
  resumeDo: { one: "{count} DAG fortsetzen", other: "{count} DAGs fortsetzen" },
  resuming: "{done} von {all} fortgesetzt …",
  resumeAsking: "Fragt, was sofort beginnt …",
  resumeMissed: {
    one: "Läufe, die dieser {count} DAG inzwischen verpasst hat, können sofort beginnen.",
    other: "Läufe, die diese {count} DAGs inzwischen verpasst haben, können sofort beginnen.",
  },
  resumeNothing: "Kein Lauf wurde verpasst: Nichts beginnt sofort.",
  resumeStarts: {
    one: "{count} verpasster Lauf beginnt sofort (DAGs: {dags}).",
    other: "{count} verpasste Läufe beginnen sofort (DAGs: {dags}).",
  },
  resumeStartsAtLeast: {
    one: "Mindestens {count} verpasster Lauf beginnt sofort (DAGs: {dags} oder mehr).",
    other: "Mindestens {count} verpasste Läufe beginnen sofort (DAGs: {dags} oder mehr).",
  },
  forget: "Vergessen",
  forgetTitle: "Angehaltenes vergessen?",
  forgetText: {
    one: "{count} DAG bleibt pausiert, und nichts weiß mehr, dass er hier pausiert wurde: Er steht dann unter allen anderen pausierten, und kein „Weiter“ findet ihn.",
    other:
      "{count} DAGs bleiben pausiert, und nichts weiß mehr, welche hier pausiert wurden: Sie stehen dann unter allen anderen pausierten, und kein „Weiter“ findet sie.",
  },
  forgetLink: "Alles Pausierte",
  stop: "Aufhören",
  noHold: "Alle DAGs sind schon pausiert.",
  problems: { one: "{count} ging nicht:", other: "{count} gingen nicht:" },
};

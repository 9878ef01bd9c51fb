import type { Translation } from "../catalogue";
import type { palette as english } from "../en/palette";

export const palette: Translation<typeof english> = {
  title: "Suche und Befehle",
  placeholder: "Ein DAG, eine Seite oder „Starten bestellungen“ …",
  empty: "Nichts dieses Namens.",
  searching: "Sucht …",
  dags: "DAGs",
  runs: "Letzte Läufe",
  pages: "Seiten",
  actions: "Befehle",
  trigger: "Starten",
  pause: "Pausieren",
  unpause: "Fortsetzen",
  triggerDag: "{dag} starten …",
  pauseDag: "{dag} pausieren",
  unpauseDag: "{dag} fortsetzen",
  theme: "Farben: {name}",
  zone: "Zeiten in {name}",
  language: "Sprache: {name}",
  paused: "pausiert",
};

import type { Translation } from "../catalogue";
import type { feedback as english } from "../en/feedback";

// Without articles, so that each {what} fits whatever its gender.
export const feedback: Translation<typeof english> = {
  loading: "Lädt: {what} …",
  away: "Der Server ist nicht da",
  missing: "Gibt es nicht: {what}",
  failed: "Konnte nicht geladen werden: {what}",
  again: "Noch einmal versuchen",
};

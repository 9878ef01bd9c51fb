import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { adoptTokenFromFragment, followOtherTabs, loadSession } from "@/api/session";
import { preferredLanguage, speak } from "@/i18n/language";
import { followTheme } from "@/lib/theme";
import { App } from "./app";
import { makeRouter } from "./router";
import "./styles.css";

followOtherTabs(window);
followTheme();
await loadSession();
await adoptTokenFromFragment(window.location, window.history);

// Without its catalogues the page speaks English.
await speak(preferredLanguage()).catch(() => undefined);

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root");
createRoot(element).render(
  <StrictMode>
    <App router={makeRouter()} />
  </StrictMode>,
);

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { adoptTokenFromFragment, followOtherTabs, loadToken } from "@/api/session";
import { preferredLanguage, speak } from "@/i18n/language";
import { followTheme } from "@/lib/theme";
import { App } from "./app";
import { makeRouter } from "./router";
import "./styles.css";

loadToken();
adoptTokenFromFragment(window.location, window.history);
followOtherTabs(window);
followTheme();

// Without its catalogues the page speaks English.
await speak(preferredLanguage()).catch(() => undefined);

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root");
createRoot(element).render(
  <StrictMode>
    <App router={makeRouter()} />
  </StrictMode>,
);

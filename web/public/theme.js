// Before the first paint: the theme that the person chose, or else the system's. A file of its own,
// as the content policy lets nothing stand in the page. src/lib/theme.ts goes on from here.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("weft.theme");
  } catch {
    // Nothing is stored where storage is forbidden.
  }
  const dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();

/**
 * A page that goes takes the focus of its link with it, and who has no pointer would begin again at
 * the top. The new page's content gets it; not on the first page, where nobody was anywhere yet.
 */
export function keepFocus(change: { fromLocation?: object | undefined; pathChanged: boolean }) {
  if (!change.fromLocation || !change.pathChanged) return;
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  document.getElementById("main")?.focus({ preventScroll: true });
}

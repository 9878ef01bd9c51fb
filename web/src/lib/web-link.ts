/** A link that may stand on a page: only the web's own schemes, whatever the server says. */
export function webLink(url: string | null | undefined): string | null {
  return url && /^https?:\/\//i.test(url) ? url : null;
}

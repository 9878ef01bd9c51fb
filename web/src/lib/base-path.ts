/** The path under which a proxy put the server: the server writes it into the page. "" for none. */
export const basePath =
  document.querySelector<HTMLMetaElement>('meta[name="weft-base"]')?.content ?? "";

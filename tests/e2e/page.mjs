/** A page that was built a moment ago, in place of the one in the binary. */

import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/**
 * With E2E_PAGE=web/dist the browser gets the page's files from there, with the headers that the
 * server gave; all else is the server's.
 */
export async function serveInstead(context, url) {
  const folder = process.env.E2E_PAGE;
  if (!folder) return;
  await context.route(`${url}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const isPage = route.request().resourceType() === "document" && pathname !== "/docs";
    const path = join(folder, isPage ? "index.html" : pathname);
    if (/^\/(api|auth|docs)\//.test(pathname) || !existsSync(path) || !extname(path))
      return route.fallback();
    let body = readFileSync(path);
    if (!isPage) return route.fulfill({ body, contentType: TYPES[extname(path)] });
    body = body.toString().replaceAll('="./', '="/');
    return route.fulfill({ response: await route.fetch(), body });
  });
}

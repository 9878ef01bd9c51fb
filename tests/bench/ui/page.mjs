/** A page that is not in the server's binary: so that one can measure what one just changed. */

import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, request } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** Serves the files of `folder`, and what else is asked for from the server behind it. */
export async function servePage(folder, serverUrl) {
  const behind = new URL(serverUrl);
  const server = createServer((asked, answer) => {
    const { pathname } = new URL(asked.url, "http://page");
    if (/^\/(api|auth|schemas)\//.test(pathname)) return pass(behind, asked, answer);
    const file = join(folder, normalize(pathname));
    const isFile = existsSync(file) && statSync(file).isFile();
    answer.setHeader("Content-Type", (isFile && TYPES[extname(file)]) || "text/html");
    if (isFile) answer.setHeader("Cache-Control", "public, max-age=31536000, immutable");
    createReadStream(isFile ? file : join(folder, "index.html")).pipe(answer);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(behind, asked, answer) {
  const { hostname, port } = behind;
  // The server compares where a call comes from with where it goes.
  const headers = { ...asked.headers, host: behind.host };
  if (headers.origin) headers.origin = behind.origin;
  const { url: path, method } = asked;
  const onward = request({ hostname, port, path, method, headers }, (found) => {
    answer.writeHead(found.statusCode, found.headers);
    found.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  answer.on("close", () => onward.destroy());
  asked.pipe(onward);
}

/**
 * Puts the browser of the API's document beside the page, as dist/docs: ours from docs/, and from
 * the package swagger-ui-dist what it needs, with its licences. After vite, which empties dist/.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const target = new URL("dist/docs/", root);
const swagger = new URL("node_modules/swagger-ui-dist/", root);

mkdirSync(target, { recursive: true });
for (const name of ["index.html", "start.js"]) {
  copyFileSync(new URL(`docs/${name}`, root), new URL(name, target));
}
copyFileSync(new URL("src/favicon.svg", root), new URL("favicon.svg", target));
const licences = "swagger-ui-bundle.js.LICENSE.txt";
copyFileSync(new URL(licences, swagger), new URL(licences, target));
// Without the comment that names a source map, which is not part of the binary.
for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
  const text = readFileSync(new URL(name, swagger), "utf8");
  const at = text.lastIndexOf("# sourceMappingURL=");
  writeFileSync(new URL(name, target), at < 0 ? text : `${text.slice(0, at - 2).trimEnd()}\n`);
}

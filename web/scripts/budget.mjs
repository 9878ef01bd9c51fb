/**
 * Checks what the pages cost: the first load at most 150 KB gzip, any page at most 250 KB.
 * Reads dist/ and the chunk graph that vite.config.ts leaves in node_modules/.cache.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const KB = 1000;
const FIRST_LOAD = 150 * KB;
const ANY_PAGE = 250 * KB;

const root = new URL("../", import.meta.url);
const read = (path) => {
  try {
    return readFileSync(new URL(path, root));
  } catch {
    console.error(
      `budget: ${fileURLToPath(new URL(path, root))} is missing; run "npm run build" first`,
    );
    process.exit(1);
  }
};
const chunks = JSON.parse(read("node_modules/.cache/weft-chunks.json").toString());
const sizes = new Map();
const gzip = (file) => {
  if (!sizes.has(file)) sizes.set(file, gzipSync(read(`dist/${file}`), { level: 9 }).length);
  return sizes.get(file);
};

/** A chunk, what it imports at once, and their styles. */
function closure(file, files = new Set()) {
  if (files.has(file)) return files;
  files.add(file);
  for (const style of chunks[file]?.css ?? []) files.add(style);
  for (const next of chunks[file]?.imports ?? []) closure(next, files);
  return files;
}
const total = (files) => [...files].reduce((sum, file) => sum + gzip(file), 0);

const entry = Object.keys(chunks).find((file) => chunks[file].isEntry);
if (!entry) throw new Error("budget: the build has no entry chunk");
const html = read("dist/index.html").toString();
const shell = closure(entry);
for (const [, file] of html.matchAll(/(?:src|href)="\.?\/([^"]+)"/g)) shell.add(file);
shell.add("index.html");

// A lazy page is opened with its parents; the deepest nesting here is a page and its tab.
const pages = Object.keys(chunks).filter((file) => chunks[file].isDynamicEntry);
const rows = [["shell", total(shell)]];
for (const page of pages) rows.push([chunks[page].name, total(closure(page, new Set(shell)))]);
const firstPages = ["home-page", "dag-list-page"];
for (const name of firstPages) {
  if (!rows.some((row) => row[0] === name)) throw new Error(`budget: ${name} is not in the build`);
}

let failed = false;
for (const [name, bytes] of rows) {
  const limit = firstPages.includes(name) ? FIRST_LOAD : ANY_PAGE;
  const over = bytes > limit;
  failed ||= over;
  console.log(
    `${over ? "OVER" : "ok  "} ${name.padEnd(20)} ${(bytes / KB).toFixed(1).padStart(6)} KB of ${limit / KB}`,
  );
}
// Everything at once is more than any page can be.
const everything = total(new Set([...shell, ...pages.flatMap((page) => [...closure(page)])]));
console.log(
  `     ${"all pages together".padEnd(20)} ${(everything / KB).toFixed(1).padStart(6)} KB`,
);
process.exit(failed ? 1 : 0);

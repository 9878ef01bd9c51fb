import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Leaves the chunk graph for scripts/budget.mjs, outside dist/, which goes into the binary. */
function chunkGraph(): Plugin {
  return {
    name: "weft-chunk-graph",
    apply: "build",
    writeBundle(_, bundle) {
      const chunks = Object.values(bundle).flatMap((part) => {
        if (part.type !== "chunk") return [];
        const { fileName, name, isEntry, isDynamicEntry, imports, viteMetadata } = part;
        const css = [...(viteMetadata?.importedCss ?? [])];
        return [[fileName, { name, isEntry, isDynamicEntry, imports, css }] as const];
      });
      const folder = new URL("./node_modules/.cache/", import.meta.url);
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        new URL("weft-chunks.json", folder),
        JSON.stringify(Object.fromEntries(chunks)),
      );
    },
  };
}

// The page is served with `Content-Security-Policy: default-src 'self'`, so nothing may be inlined
// as a data: URL and no polyfill may be written into the document.
export default defineConfig({
  plugins: [react(), tailwindcss(), chunkGraph()],
  base: "./", // the server puts its base path in place of the dot
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Few large files compress better than many small ones, and keep their name from build to build.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "vendor",
              test: /node_modules\/(?:(?:react|react-dom|scheduler|use-sync-external-store|openapi-fetch)\/|@tanstack\/(?!react-virtual|virtual-core))/,
            },
            // What many pages use.
            { name: "base", test: /\/src\//, minShareCount: 16 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "/api": process.env.WEFT_URL ?? "http://127.0.0.1:8080",
      "/auth": process.env.WEFT_URL ?? "http://127.0.0.1:8080",
    },
  },
  test: {
    restoreMocks: true,
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: "pure", include: ["src/{lib,i18n}/**/*.test.ts"], isolate: false },
      },
      {
        extends: true,
        test: {
          name: "pages",
          include: ["src/{api,features}/**/*.test.{ts,tsx}"],
          environment: "jsdom",
          environmentOptions: { jsdom: { url: "http://weft.test/" } },
          setupFiles: ["src/test/setup.ts"],
        },
      },
    ],
  },
});

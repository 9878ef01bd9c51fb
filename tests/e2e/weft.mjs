/** The server under test: one that is running already, or one of our own on a free port. */

import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { writeDags } from "./dags.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_MS = 30_000;

/**
 * Gives {url, token, own, stop(), kill(), again()}: `kill` ends it like a power cut, `again` starts it
 * on the same folder and port. Throws, with the reason, when there is no server to be had.
 */
export async function openWeft(folder) {
  const { WEFT_URL: url, WEFT_TOKEN: token, WEFT_BINARY } = process.env;
  if (url) {
    if (!token) throw new Error("WEFT_URL is set, so WEFT_TOKEN must be, too");
    return { url: url.replace(/\/$/, ""), token, own: false, stop: async () => {} };
  }
  const binary = WEFT_BINARY ?? join(ROOT, "build", "weft");
  if (!existsSync(binary)) {
    throw new Error(`there is no ${binary}; run ./dev build, or set WEFT_BINARY or WEFT_URL`);
  }
  writeDags(join(folder, "dags"));
  return startWeft(binary, folder);
}

/** `weft dev` on folder/dags and folder/data. */
export async function startWeft(binary, folder) {
  const data = join(folder, "data");
  let server = await launch(binary, folder, "127.0.0.1:0");
  const token = readFileSync(join(data, "admin-token"), "utf8").trim();
  const { url } = server;
  return {
    url,
    token,
    own: true,
    stop: () => server.end("SIGTERM"),
    kill: () => server.end("SIGKILL"),
    async again() {
      server = await launch(binary, folder, new URL(url).host);
    },
  };
}

async function launch(binary, folder, address) {
  const data = join(folder, "data");
  const args = [
    "dev",
    "--listen",
    address,
    "--data",
    data,
    "--dags",
    join(folder, "dags"),
    "--no-examples",
    "--secrets-key",
    `${data}.key`,
  ];
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const gone = new Promise((resolve) => {
    child.once("exit", resolve);
    child.once("error", (error) => resolve(log.push(error.message)));
  });
  const listening = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /listening on (http:\S+)/.exec(line);
      if (found) resolve(found[1]);
    });
  });
  const late = new Promise((resolve) => setTimeout(resolve, START_MS).unref());
  const url = await Promise.race([listening, gone.then(() => null), late.then(() => null)]);
  const end = async (signal) => {
    child.kill(signal);
    const stuck = new Promise((resolve) => setTimeout(resolve, START_MS, "stuck").unref());
    if ((await Promise.race([gone, stuck])) === "stuck") child.kill("SIGKILL");
    await gone;
  };
  if (!url) {
    await end("SIGTERM");
    throw new Error(`weft dev did not start:\n${log.slice(-20).join("\n")}`);
  }
  return { url, end };
}

/** Lets the task of e2e_live go on. */
export function signalLiveTask(folder) {
  writeFileSync(join(folder, "dags", "go"), "");
}

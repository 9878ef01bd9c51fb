import { expect, test } from "vitest";
import { inviteCommand, isWorkerName, joinCommand } from "./invite";

test("names of workers are such that a shell takes them as they are", () => {
  for (const name of ["build-1", "a.b_C", "x".repeat(250)]) expect(isWorkerName(name)).toBe(true);
  for (const name of ["", ".", "..", "a b", "$(x)", "ä", "x".repeat(251)]) {
    expect(isWorkerName(name)).toBe(false);
  }
});

test("one command has all that the worker's machine needs", () => {
  const command = joinCommand("https://weft.example.com/w", "weft_join_ab", "build-1");
  expect(command).toContain("umask 077 && echo weft_join_ab > join-token");
  expect(command).toContain("--server https://weft.example.com/w --token-file join-token");
  expect(command).toContain("--name build-1");
  expect(joinCommand("http://x", "t", "")).not.toContain("--name");
  // Each line but the last goes on.
  const lines = command.split("\n");
  expect(lines.map((line) => line.endsWith("\\"))).toEqual([true, true, false]);
});

test("the command line does the same", () => {
  expect(inviteCommand("build-1", null)).toBe("weft workers invite --once --name build-1");
  expect(inviteCommand("", 24)).toBe("weft workers invite --hours 24");
});

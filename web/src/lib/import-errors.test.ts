import { expect, it } from "vitest";
import { errorsOfFile } from "./import-errors";

it("finds the errors of a file by its whole or its relative name", () => {
  const errors = [
    { filename: "a.dag.json" },
    { filename: "x/a.dag.json" },
    { filename: "b.dag.json" },
  ];
  const file = { fileloc: "/dags/a.dag.json", relative_fileloc: "a.dag.json" };
  expect(errorsOfFile(errors, file)).toEqual([{ filename: "a.dag.json" }]);
  expect(errorsOfFile(errors, { fileloc: null })).toEqual([]);
});

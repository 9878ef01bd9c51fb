import { expect, test } from "vitest";
import { grantOptions, grantsOf, isRole, rowOf } from "./grants";

const grants = [
  { role: "editor", dag_id: "orders" },
  { role: "viewer", tag: "shop" },
] as const;

test("grants survive the form", () => {
  expect(grantsOf(grants.map(rowOf))).toEqual(grants);
});

test("empty rows say nothing", () => {
  expect(grantsOf([{ role: "viewer", kind: "tag", id: " " }])).toEqual([]);
});

test("the same as options", () => {
  expect(grantOptions(grants.map(rowOf))).toBe(" --grant editor=orders --grant-tag viewer=shop");
});

test("roles by name", () => {
  expect(isRole("admin")).toBe(true);
  expect(isRole("root")).toBe(false);
});

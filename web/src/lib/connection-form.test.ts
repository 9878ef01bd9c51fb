import { expect, test } from "vitest";
import { bodyOf, fieldsOf, patchOf, problemsOf, withoutSecrets } from "./connection-form";

const known = {
  allowed_dags: ["a", "b"],
  conn_type: "http",
  connection_id: "erp",
  description: null,
  extra: '{"token":"***","timeout":3}',
  host: "erp.example.com",
  login: null,
  password: "***",
  port: 443,
  schema: null,
  team_name: null,
};

test("an unchanged form changes nothing, and the password is not in it", () => {
  const fields = fieldsOf(known);
  expect(problemsOf(fields).size).toBe(0);
  const patch = patchOf(fields);
  expect("password" in patch).toBe(false);
  expect("connection_id" in patch).toBe(false);
  expect(patch).toMatchObject({ host: "erp.example.com", port: 443, allowed_dags: ["a", "b"] });
  expect(JSON.parse(patch.extra ?? "")).toEqual({ token: "***", timeout: 3 });
});

test("a password is written, or removed", () => {
  const fields = { ...fieldsOf(known), password: "x" };
  expect(bodyOf(fields).password).toBe("x");
  expect(withoutSecrets(bodyOf(fields)).password).toBe("***");
  expect(bodyOf({ ...fields, dropPassword: true }).password).toBeNull();
});

test("empty fields are null", () => {
  expect(bodyOf({ ...fieldsOf(undefined), id: "a", type: "http" })).toEqual({
    connection_id: "a",
    conn_type: "http",
    host: null,
    port: null,
    login: null,
    schema: null,
    extra: null,
    description: null,
    allowed_dags: [],
  });
});

test.each([
  [{ id: "a b" }, "id"],
  [{ type: " " }, "type"],
  [{ port: "65536" }, "port"],
  [{ port: "1.5" }, "port"],
  [{ extra: "{" }, "extra"],
] as const)("%j is a problem", (change, problem) => {
  expect([...problemsOf({ ...fieldsOf(known), ...change })]).toEqual([problem]);
});

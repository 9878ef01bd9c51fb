import { expect, test } from "vitest";
import { hasRole, type Me } from "./rights";

const me = (role: Me["role"], grants: Me["grants"] = []): Me => ({
  username: "bob",
  display_name: null,
  role,
  grants,
  has_password: true,
  token_id: "1",
});
const orders = { dagId: "orders", tags: ["daily", "team a"] };

test.each([
  [me("viewer"), "viewer", undefined, true],
  [me("viewer"), "operator", undefined, false],
  [me("admin"), "operator", orders, true],
  [me(null), "viewer", orders, false],
  [me(null, [{ role: "operator", dag_id: "orders" }]), "operator", orders, true],
  [me(null, [{ role: "operator", dag_id: "orders" }]), "editor", orders, false],
  [me(null, [{ role: "operator", dag_id: "order" }]), "viewer", orders, false],
  [me(null, [{ role: "editor", tag: "team a" }]), "operator", orders, true],
  [me(null, [{ role: "admin", tag: "team a" }]), "viewer", undefined, false],
  [me("operator", [{ role: "viewer", dag_id: "orders" }]), "operator", orders, true],
] as const)(
  "%#: the role over everything, or a grant that matches",
  (who, role, over, expected) => {
    expect(hasRole(who, role, over)).toBe(expected);
  },
);

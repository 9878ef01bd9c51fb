"""Every operation of proto/openapi.json does what it is for, and every parameter of the document does
what it says: a parameter for which nothing here shows that is a failure. Needs WEFT_BINARY."""

import os
import unittest

import contract_singles as singles
from contract_lists import List, is_list
from contract_world import World


# A {name} that narrows a list, or whose thing the answer says is missing, entity by entity.
FILTERS = {("get_xcom_entries", "task_id")}
# A {name} that must be `~`, since the body says what is asked for.
BY_BODY = {("get_list_dag_runs_batch", "dag_id"), ("get_task_instances_batch", "dag_id"),
           ("get_task_instances_batch", "dag_run_id")}
# They need a provider, which oidc_test has.
BY_PROVIDER = "/auth/oidc/"


@unittest.skipUnless(os.environ.get("WEFT_BINARY"), "WEFT_BINARY is not set")
class Parameters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(os.environ["WEFT_BINARY"])
        cls.addClassCleanup(cls.world.close)

    def show_path(self, operation, name):
        """Something that is not there."""
        schema = next(p for p in operation.named("path") if p["name"] == name)["schema"]
        other = 77_777 if schema.get("type") == "integer" else "no_such"
        answer = singles.asked(self.world, operation, **{name: other})
        told = f"{operation} {name}: {answer.status} {answer.text[:300]}"
        if (operation.id, name) in FILTERS:
            self.assertEqual(answer.json["total_entries"], 0, told)
        elif operation.id.startswith("bulk_"):
            errors = [e["status_code"] for e in answer.json["update"]["errors"]]
            self.assertEqual((set(errors), answer.json["update"]["success"]), ({404}, []), told)
        else:
            by_body = (operation.id, name) in BY_BODY
            self.assertEqual(answer.status, 422 if by_body else 404, told)

    def show_filter(self, operation, parameter):
        rows, name = List(self.world, operation), parameter["name"]
        if name in ("limit", "offset", "cursor"):
            getattr(rows, name)()
        elif name == "order_by":
            rows.order_by(parameter)
        elif name.rsplit("_", 1)[-1] in ("gte", "gt", "lte", "lt"):
            rows.range(name)
        elif name.endswith(("_pattern", "_search", "_contains")):
            rows.pattern(name)
        else:
            rows.equal(name, parameter["schema"])

    def show(self, operation, parameter):
        """False when nothing here shows it."""
        shown = singles.shows(operation, parameter)
        if shown is not None:
            shown(self.world, operation, parameter["name"])
        elif parameter["in"] == "path":
            self.show_path(operation, parameter["name"])
        elif parameter["in"] == "query" and is_list(operation):
            self.show_filter(operation, parameter)
        else:
            return False
        return True

    def test_every_parameter_does_what_it_says(self):
        unshown, count = [], 0
        for operation in self.world.operations:
            if operation.path.startswith(BY_PROVIDER):
                continue
            for parameter in operation.parameters:
                with self.subTest(f"{operation} {parameter['name']}"):
                    if self.show(operation, parameter):
                        count += 1
                    else:
                        unshown.append(f"{operation} {parameter['name']}")
        self.assertEqual(unshown, [], "nothing shows what these do")
        self.assertGreater(count, 600)


if __name__ == "__main__":
    unittest.main()

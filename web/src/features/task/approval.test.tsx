import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import type { Approval } from "@/api/types";
import { instance } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, RUN_ID, server } from "@/test/server";

const PAGE = `/dags/hello/runs/${encodeURIComponent(RUN_ID)}/tasks/ask`;
const TASK = api("/dags/hello/dagRuns/:runId/taskInstances/ask");
const waiting = instance({
  task_id: "ask",
  operator: "approval",
  state: "deferred",
  try_number: 0,
});

const asked = (more: Partial<Approval> = {}): Approval => ({
  assigned_users: [],
  body: "It takes <b>long</b>.",
  chosen_options: null,
  created_at: "2026-01-01T00:00:00Z",
  defaults: null,
  expires_at: null,
  multiple: false,
  options: ["full", "Reject"],
  // The document says "an object", which its generated type takes for an empty one.
  params: {
    limit: { value: 3, schema: { type: "integer", maximum: 10 } },
  } as object as Approval["params"],
  params_input: {},
  responded_at: null,
  responded_by_user: null,
  response_received: false,
  subject: "Load in full?",
  task_instance: waiting,
  ...more,
});

describe("an approval", () => {
  it("is answered with its form, once the form fits", async () => {
    const answers: unknown[] = [];
    let answer: Partial<Approval> = {};
    server.use(
      http.get(TASK, () => HttpResponse.json(waiting)),
      http.get(`${TASK}/tries`, () => HttpResponse.json({ task_instances: [], total_entries: 0 })),
      http.get(`${TASK}/-1/hitlDetails`, () => HttpResponse.json(asked(answer))),
      http.patch(`${TASK}/-1/hitlDetails`, async ({ request }) => {
        answers.push(await request.json());
        answer = {
          response_received: true,
          chosen_options: ["full"],
          responded_by_user: { id: "ada", name: "ada" },
          responded_at: "2026-01-01T00:00:00Z",
        };
        return HttpResponse.json({});
      }),
    );
    const { user } = open(PAGE);
    const box = within(await screen.findByRole("region", { name: "Approval" }));
    expect(box.getByText("It takes <b>long</b>.")).toBeTruthy();
    await user.type(box.getByLabelText("limit"), "0");
    await user.click(box.getByRole("button", { name: "full" }));
    expect(box.getByText("At most 10.")).toBeTruthy();
    expect(answers).toEqual([]);
    await expectAccessible();
    await user.clear(box.getByLabelText("limit"));
    await user.type(box.getByLabelText("limit"), "7");
    await user.click(box.getByRole("button", { name: "full" }));
    expect(await screen.findByText("Answered: full")).toBeTruthy();
    expect(answers).toEqual([{ chosen_options: ["full"], params_input: { limit: 7 } }]);
  });
});

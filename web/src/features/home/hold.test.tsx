import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { addHeld, forgetHeld, held } from "@/lib/held";
import { dag, minutesAgo } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, problem, server } from "@/test/server";

describe("hold everything", () => {
  beforeEach(forgetHeld);

  it("holds everything page by page, and resumes exactly what that paused", async () => {
    const active = new Set(["a", "theirs"]);
    const unpaused: string[] = [];
    server.use(
      http.get(api("/dags"), () => {
        const dags = [...active].map((dag_id) => dag({ dag_id }));
        return HttpResponse.json({ dags, total_entries: dags.length });
      }),
      http.patch(api("/dags"), async ({ request }) => {
        expect(await request.json()).toEqual({ is_paused: true });
        // Since the page was read, one was paused by somebody else, and one came.
        active.clear();
        const dags = ["a", "b"].map((dag_id) => dag({ dag_id, is_paused: true }));
        return HttpResponse.json({ dags, total_entries: dags.length });
      }),
      http.get(api("/dags/:dagId/why"), ({ params }) => {
        const data = { runs: params.dagId === "a" ? 5 : 0, runs_are_exact: true };
        const reasons = [{ code: "paused", message: "It is paused.", data }];
        return HttpResponse.json({ state: null, reasons });
      }),
      http.patch(api("/dags/:dagId"), ({ params }) => {
        unpaused.push(String(params.dagId));
        return params.dagId === "b"
          ? problem(404, "not_found", 'There is no DAG "b".')
          : HttpResponse.json(dag());
      }),
    );
    const { user } = open("/");
    await user.click(await screen.findByRole("button", { name: "Hold everything …" }));
    await user.click(await screen.findByRole("button", { name: "Pause 2 DAGs" }));
    expect(await screen.findByText(/2 DAGs are held since/)).toBeTruthy();
    await waitFor(() =>
      expect(JSON.parse(localStorage.getItem("weft.held") ?? "")).toMatchObject({
        dagIds: ["a", "b"],
      }),
    );
    await user.click(screen.getByRole("button", { name: "Resume …" }));
    expect(await screen.findByText("5 missed runs start at once (DAGs: 1).")).toBeTruthy();
    await user.click(await screen.findByRole("button", { name: "Unpause 2 DAGs" }));
    expect((await screen.findByRole("alert")).textContent).toContain('b: There is no DAG "b".');
    expect(unpaused.sort()).toEqual(["a", "b"]);
    // What did not work is still held.
    await waitFor(() => expect(held.get()?.dagIds).toEqual(["b"]));
  });

  it("forgets what is held only when one knows what that means", async () => {
    addHeld(["a", "b"], minutesAgo(5));
    const { user } = open("/");
    await user.click(await screen.findByRole("button", { name: "Forget them …" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Forget what was held?" }));
    expect(dialog.getByText(/2 DAGs stay paused, and nothing remembers/)).toBeTruthy();
    await expectAccessible();
    await user.click(dialog.getByRole("button", { name: "Cancel" }));
    expect(held.get()?.dagIds).toEqual(["a", "b"]);
    await user.click(screen.getByRole("button", { name: "Forget them …" }));
    await user.click(await screen.findByRole("button", { name: "Forget them" }));
    expect(held.get()).toBeNull();
  });
});

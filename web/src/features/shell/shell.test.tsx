import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, describe, expect, it } from "vitest";
import { speak } from "@/i18n/language";
import { chooseZone } from "@/lib/clock";
import { notice } from "@/lib/notice";
import { chooseTheme } from "@/lib/theme";
import { dag, details, me } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, changeStream, server } from "@/test/server";

afterEach(async () => {
  await act(async () => {
    await speak("en");
    chooseTheme("system");
    chooseZone("local");
    notice.set(null);
  });
});

describe("the view menu", () => {
  it("changes the theme and keeps it", async () => {
    const { user } = open("/pools");
    await user.click(await screen.findByRole("button", { name: /Time zone, theme/ }));
    await user.selectOptions(screen.getByLabelText("Theme"), "dark");
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(localStorage.getItem("weft.theme")).toBe("dark");
    await expectAccessible();
    await user.keyboard("{Escape}");
    expect(screen.queryByLabelText("Theme")).toHaveProperty("offsetParent", null);
  });

  it("speaks German, on the page, too", async () => {
    const { user } = open("/dags");
    await screen.findByText("Daily at 02:00");
    await user.click(screen.getByRole("button", { name: /Time zone, theme/ }));
    await user.selectOptions(screen.getByLabelText("Language"), "de");
    expect(await screen.findByText("Täglich um 02:00")).toBeTruthy();
    const row = within(screen.getByRole("table"));
    expect(await row.findByText("Erfolgreich")).toBeTruthy();
    expect(document.documentElement.lang).toBe("de");
  });

  it("shows times in the DAG's own zone where there is one", async () => {
    server.use(
      http.get(api("/dags/hello/details"), () =>
        HttpResponse.json(details({ timezone: "Asia/Tokyo" })),
      ),
    );
    const { user } = open("/dags/hello");
    await screen.findByRole("heading", { name: "hello" });
    await user.click(screen.getByRole("button", { name: /Time zone, theme/ }));
    await user.selectOptions(screen.getByLabelText("Time zone"), "dag");
    expect(await screen.findByRole("button", { name: /Asia\/Tokyo/ })).toBeTruthy();
  });
});

describe("the palette", () => {
  it("opens on Ctrl K, finds DAGs by name and goes there", async () => {
    server.use(
      http.get(api("/dags"), ({ request }) => {
        const q = new URL(request.url).searchParams.get("dag_display_name_pattern");
        const found = q === "ord" ? [dag({ dag_id: "orders" })] : [dag()];
        return HttpResponse.json({ dags: found, total_entries: found.length });
      }),
    );
    const { user, router } = open("/pools");
    await screen.findByRole("heading", { name: "Pools" });
    await user.keyboard("{Control>}k{/Control}");
    const input = await screen.findByRole("combobox");
    await user.type(input, "ord");
    await screen.findByRole("option", { name: "orders" });
    await waitFor(() =>
      expect(screen.getByRole("option", { name: "orders" }).ariaSelected).toBe("true"),
    );
    await user.keyboard("{Enter}");
    await waitFor(() => expect(router.state.location.pathname).toBe("/dags/orders"));
  });

  it("pauses by a word, tells of it, and takes it back", async () => {
    const patched: unknown[] = [];
    server.use(
      http.patch(api("/dags/hello"), async ({ request }) => {
        patched.push(await request.json());
        return HttpResponse.json(dag());
      }),
    );
    const { user } = open("/pools");
    await screen.findByRole("heading", { name: "Pools" });
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "pause hel");
    await user.click(await screen.findByRole("option", { name: "Pause hello" }));
    expect(await screen.findByText("hello is paused.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Copy as curl" }).title).toContain("-X PATCH");
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await screen.findByText("hello is active.");
    expect(patched).toEqual([{ is_paused: true }, { is_paused: false }]);
  });

  it("shows what unpausing starts before it does, when that is a catch-up", async () => {
    const patched: unknown[] = [];
    const data = { runs: 3, first_logical_dates: ["2026-01-01T00:00:00+00:00"], dropped: null };
    server.use(
      http.get(api("/dags/:dagId/why"), () =>
        HttpResponse.json({ state: null, reasons: [{ code: "paused", message: "", data }] }),
      ),
      http.patch(api("/dags/hello"), async ({ request }) => {
        patched.push(await request.json());
        return HttpResponse.json(dag());
      }),
      http.get(api("/dags"), () =>
        HttpResponse.json({ dags: [dag({ is_paused: true })], total_entries: 1 }),
      ),
    );
    const { user } = open("/pools");
    await screen.findByRole("heading", { name: "Pools" });
    const unpause = async () => {
      await user.keyboard("{Control>}k{/Control}");
      await user.type(await screen.findByRole("combobox"), "unpause hel");
      await user.click(await screen.findByRole("option", { name: "Unpause hello" }));
      return within(await screen.findByRole("dialog", { name: /Unpause hello/i }));
    };
    const first = await unpause();
    expect(first.getByText(/That starts 3 runs/)).toBeTruthy();
    expect(first.getByText("and 2 more")).toBeTruthy();
    await expectAccessible();
    await user.click(first.getByRole("button", { name: "Cancel" }));
    expect(patched).toEqual([]);
    await user.click((await unpause()).getByRole("button", { name: "Unpause" }));
    await screen.findByText("hello is active.");
    expect(patched).toEqual([{ is_paused: false }]);
  });

  it("says which role an action needs", async () => {
    server.use(http.get(api("/users/me"), () => HttpResponse.json(me({ role: "viewer" }))));
    const { user } = open("/pools");
    await screen.findByRole("heading", { name: "Pools" });
    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox"), "trigger hel");
    const action = await screen.findByRole("option", { name: /Trigger hello/ });
    await waitFor(() => expect(action.ariaDisabled).toBe("true"));
    expect(within(action).getByText("Needs the role operator")).toBeTruthy();
  });
});

describe("shortcuts", () => {
  it("go to pages, and are listed on ?", async () => {
    const { user, router } = open("/pools");
    await screen.findByRole("heading", { name: "Pools" });
    await user.keyboard("gw");
    await waitFor(() => expect(router.state.location.pathname).toBe("/workers"));
    await user.keyboard("?");
    const help = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    expect(within(help).getByText("Workers")).toBeTruthy();
    await expectAccessible();
  });

  it("leave who types alone", async () => {
    const { user, router } = open("/dags");
    await user.type(await screen.findByLabelText("Search DAGs"), "gw?");
    expect(router.state.location.pathname).toBe("/dags");
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

it("says whether what one sees moves by itself", async () => {
  open("/pools");
  expect(await screen.findByText("Live")).toBeTruthy();
});

it("shows a change of state without asking again and again", async () => {
  const event =
    'id: 2\nevent: dag\ndata: {"dag_id":"hello","is_paused":true,"at":"2026-01-01T00:00:00Z"}\n\n';
  let paused = false;
  server.use(
    http.get(api("/dags"), () =>
      HttpResponse.json({ dags: [dag({ is_paused: paused })], total_entries: 1 }),
    ),
    http.get(api("/events"), async () => {
      await screen.findByRole("switch", { name: "Pause hello" });
      paused = true;
      return changeStream(`id: 1\nevent: hello\ndata: {"position":1}\n\n${event}`);
    }),
  );
  open("/dags");
  expect(await screen.findByRole("switch", { name: "Unpause hello" })).toBeTruthy();
});

import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { signOut, token } from "@/api/session";
import { expectAccessible, open } from "@/test/render";
import { api, problem, server, TOKEN } from "@/test/server";

it("asks for a token and goes on to where one wanted to go", async () => {
  const { user, router } = open("/dags?q=hel", { as: null });
  const field = await screen.findByLabelText("API token");
  await expectAccessible();
  await user.type(field, ` ${TOKEN} `);
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("heading", { name: "DAGs" })).toBeTruthy();
  expect(router.state.location.href).toBe("/dags?q=hel");
  expect(localStorage.getItem("weft.token")).toBe(TOKEN);
});

it("keeps no token that the server refuses", async () => {
  const { user } = open("/sign-in", { as: null });
  await user.type(await screen.findByLabelText("API token"), "weft_wrong");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect((await screen.findByRole("alert")).textContent).toContain("does not know this token");
  expect(token.get()).toBeNull();
  expect(localStorage.length).toBe(0);
});

it("says so when the server is away", async () => {
  server.use(http.get(api("/dags"), () => HttpResponse.error()));
  const { user } = open("/sign-in", { as: null });
  await user.type(await screen.findByLabelText("API token"), TOKEN);
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect((await screen.findByRole("alert")).textContent).toContain("does not answer");
});

it("asks again, and says why, when the token stops being good", async () => {
  open("/pools");
  await screen.findByRole("heading", { name: "Pools" });
  server.use(http.all(api("/*"), () => problem(401, "unauthorized", "Expired.")));
  open("/dags");
  expect(await screen.findAllByText(/no longer accepts your token/)).not.toHaveLength(0);
});

it("comes back to the sign-in after signing out", async () => {
  const { user } = open("/workers");
  await screen.findByText("worker-1");
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  expect(await screen.findByLabelText("API token")).toBeTruthy();
  signOut();
});

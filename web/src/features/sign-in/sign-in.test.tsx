import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { sessionUser } from "@/api/session";
import { expectAccessible, open } from "@/test/render";
import { api, cookie, PASSWORD, problem, server, TOKEN } from "@/test/server";

const button = () => screen.getByRole("button", { name: "Sign in" });

it("asks for a password and goes on to where one wanted to go", async () => {
  const { user, router } = open("/dags?q=hel", { as: null });
  await user.type(await screen.findByLabelText("User name"), " admin ");
  await expectAccessible();
  await user.type(screen.getByLabelText("Password"), PASSWORD);
  await user.click(button());
  expect(await screen.findByRole("heading", { name: "DAGs" })).toBeTruthy();
  expect(router.state.location.href).toBe("/dags?q=hel");
  expect(cookie.user).toBe("admin");
});

it("takes a token as well, and keeps it nowhere", async () => {
  const { user } = open("/dags", { as: null });
  await user.click(await screen.findByRole("button", { name: "Use an API token instead" }));
  await user.type(screen.getByLabelText("API token"), ` ${TOKEN} `);
  await expectAccessible();
  await user.click(button());
  expect(await screen.findByRole("heading", { name: "DAGs" })).toBeTruthy();
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain(TOKEN);
});

it("says what was wrong", async () => {
  const { user } = open("/sign-in", { as: null });
  await user.type(await screen.findByLabelText("User name"), "admin");
  await user.type(screen.getByLabelText("Password"), "wrong");
  await user.click(button());
  expect((await screen.findByRole("alert")).textContent).toContain("is wrong");
  await user.click(screen.getByRole("button", { name: "Use an API token instead" }));
  await user.type(screen.getByLabelText("API token"), "weft_wrong");
  await user.click(button());
  expect((await screen.findByRole("alert")).textContent).toContain("does not know this token");
  expect(sessionUser.get()).toBeNull();
  expect(localStorage.length).toBe(0);
});

it("says so when too much was tried, and when the server is away", async () => {
  const login = "http://weft.test/auth/login";
  server.use(
    http.post(login, () => problem(429, "resource_exhausted", "too many wrong tries"), {
      once: true,
    }),
    http.post(login, () => HttpResponse.error()),
  );
  const { user } = open("/sign-in", { as: null });
  await user.type(await screen.findByLabelText("User name"), "admin");
  await user.type(screen.getByLabelText("Password"), PASSWORD);
  await user.click(button());
  expect((await screen.findByRole("alert")).textContent).toContain("too many wrong tries");
  await user.click(button());
  expect(await screen.findByText(/does not answer/)).toBeTruthy();
});

it("offers the provider's sign-in, which comes back to where one wanted to go", async () => {
  server.use(
    http.get("http://weft.test/auth/methods", () =>
      HttpResponse.json({
        password: true,
        oidc: { name: "Example <login>", login_path: "/auth/oidc/login" },
      }),
    ),
  );
  open("/pools", { as: null });
  const link = await screen.findByRole("link", { name: "Sign in with Example <login>" });
  expect(link.getAttribute("href")).toBe("/auth/oidc/login?next=%2Fpools");
  await expectAccessible();
});

it("asks again, and says why, when the session is over", async () => {
  open("/pools");
  await screen.findByRole("heading", { name: "Pools" });
  server.use(http.all(api("/*"), () => problem(401, "unauthenticated", "Over.")));
  open("/dags");
  expect(await screen.findAllByText(/Your session is over/)).not.toHaveLength(0);
});

it("comes back to the sign-in after signing out", async () => {
  const { user } = open("/workers");
  await screen.findByText("worker-1");
  await user.click(screen.getByRole("button", { name: "Sign out" }));
  expect(await screen.findByLabelText("User name")).toBeTruthy();
  expect(cookie.user).toBeNull();
});

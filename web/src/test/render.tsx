import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { expect } from "vitest";
import { signIn } from "@/api/session";
import { App, makeQueryClient } from "@/app";
import { makeRouter } from "@/router";
import { cookie } from "./server";

/** Opens the whole application at a URL, signed in as a user unless told otherwise. */
export function open(url: string, { as = "admin" }: { as?: string | null } = {}) {
  if (as) {
    cookie.user = as;
    signIn(as);
  }
  const router = makeRouter(createMemoryHistory({ initialEntries: [url] }));
  const client = makeQueryClient();
  const view = render(<App router={router} client={client} />);
  return { ...view, router, client, user: userEvent.setup() };
}

/** Contrast needs a layout, so the browser test checks that; everything else is checked here. */
export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document.body, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`),
  ).toEqual([]);
}

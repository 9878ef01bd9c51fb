import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { expectAccessible, open } from "@/test/render";

it.each([
  ["/pools", "Pool"],
  ["/workers", "worker-1"],
  ["/import-errors", "Every DAG file was read without an error."],
])("%s shows what it is about and has no accessibility violation", async (url, text) => {
  open(url);
  expect((await screen.findAllByText(new RegExp(quoted(text), "i"))).length).toBeGreaterThan(0);
  await expectAccessible();
});

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

it("says that there is no such page, and shows the way back", async () => {
  open("/nowhere");
  expect(await screen.findByText("There is no page here")).toBeTruthy();
});

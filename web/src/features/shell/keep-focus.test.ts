import { afterEach, expect, test } from "vitest";
import { keepFocus } from "./keep-focus";

const to = (pathChanged: boolean, fromLocation: object | undefined = {}) => ({
  fromLocation,
  pathChanged,
});

afterEach(() => {
  document.body.innerHTML = "";
});

function page(): { main: HTMLElement; link: HTMLElement } {
  document.body.innerHTML = '<a href="/dags">DAGs</a><main id="main" tabindex="-1"></main>';
  const [main, link] = [document.querySelector("main"), document.querySelector("a")];
  if (!main || !link) throw new Error("no page");
  return { main, link };
}

test("the new page gets the focus that went with the old one", () => {
  const { main, link } = page();
  link.focus();
  link.remove();
  keepFocus(to(true));
  expect(document.activeElement).toBe(main);
});

test("a focus that is somewhere stays there", () => {
  const { link } = page();
  link.focus();
  keepFocus(to(true));
  expect(document.activeElement).toBe(link);
});

test.each([
  ["the first page", { ...to(true), fromLocation: undefined }],
  ["another tab or filter of the same page", to(false)],
])("%s takes no focus", (_, change) => {
  page();
  keepFocus(change);
  expect(document.activeElement).toBe(document.body);
});

/** Calls of the API, and people with rights of their own, each in a browser of their own. */

export const PASSWORD = "a long password 1";

/** A call by token; gives {status, body}. */
export async function call(weft, method, path, body, token = weft.token) {
  const answer = await fetch(`${weft.url}${path.startsWith("/auth") ? "" : "/api/v2"}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json().catch(() => null) };
}

/** The same, when it has to go well. */
export async function done(weft, method, path, body) {
  const answer = await call(weft, method, path, body);
  if (answer.status >= 300) {
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return answer.body;
}

/** Asks until the answer fits: the server tells nobody outside of its streams when it does. */
export async function until(weft, path, fits, what) {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { body } = await call(weft, "GET", path);
    if (body && fits(body)) return body;
    if (performance.now() > deadline) {
      throw new Error(`${what} did not come about: ${JSON.stringify(body).slice(0, 500)}`);
    }
  }
}

/** A page of somebody who is signed in; `options` are those of a browser context. */
export async function pageOf({ weft, open }, username, options) {
  const context = await open(options);
  const answer = await context.request.post(`${weft.url}/auth/login`, {
    data: { username, password: username === "admin" ? weft.token : PASSWORD },
  });
  if (!answer.ok()) throw new Error(`${username} cannot sign in: ${await answer.text()}`);
  return { context, page: await context.newPage() };
}

/** The page knows who looks at it: from now on buttons are as they stay. */
export async function known(page, username) {
  await page.locator(`button[title="Signed in as ${username}"]`).waitFor();
}

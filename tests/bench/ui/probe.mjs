/** What is measured in the page. The functions with `page` run here, those they send run there. */

const PATIENCE_MS = 90_000;

/**
 * Milliseconds from the start of the navigation to the end of the frame in which `mark`, a function
 * for the page, is true. The page is loaded anew; its files come from the browser's cache.
 */
export async function timeToShow(page, path, mark, argument) {
  await page.goto(path, { waitUntil: "commit" });
  return page.evaluate(
    `(${untilShown})(${mark}, ${JSON.stringify(argument ?? null)}, ${PATIENCE_MS})`,
  );
}

/** The same, from the press of the button with this name. */
export async function timeToChange(page, button, mark, argument) {
  const [begun, shown] = await page.evaluate(
    `(async () => {
      const begun = performance.now();
      [...document.querySelectorAll("button")]
        .find((one) => one.textContent === ${JSON.stringify(button)}).click();
      const shown = (${untilShown})(${mark}, ${JSON.stringify(argument)}, ${PATIENCE_MS});
      return [begun, await shown];
    })()`,
  );
  return shown - begun;
}

/** In the page. */
function untilShown(mark, argument, patience) {
  return new Promise((resolve, reject) => {
    const late = performance.now() + patience;
    const look = () => {
      let is = false;
      try {
        is = mark(argument);
      } catch (error) {
        return reject(error);
      }
      // What is in the document now is on the screen when this frame has ended.
      if (is) setTimeout(() => resolve(performance.now()));
      else if (performance.now() > late) reject(new Error(`"${argument}" did not come`));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Frames per second while `act` runs: the median, and what 19 of 20 frames are as fast as. */
export async function frames(page, act) {
  await page.evaluate(() => {
    const times = [];
    const record = { times, isOn: true };
    globalThis.weftBenchFrames = record;
    const note = (time) => {
      times.push(time);
      if (record.isOn) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  await act();
  const times = await page.evaluate(() => {
    globalThis.weftBenchFrames.isOn = false;
    return globalThis.weftBenchFrames.times;
  });
  const deltas = times.slice(1).map((time, index) => time - times[index]);
  if (deltas.length < 10) throw new Error(`only ${deltas.length} frames were drawn`);
  return { median: 1000 / quantile(deltas, 0.5), low: 1000 / quantile(deltas, 0.95) };
}

/** The wheel, as a person turns it: over the middle of an element, in pixels and pixels a second. */
export async function wheel(page, selector, { down = 0, right = 0, speed = 1600 }) {
  const box = await page.locator(selector).first().boundingBox();
  const view = page.viewportSize();
  const middle = (from, length, all) =>
    Math.round((Math.max(0, from) + Math.min(all, from + length)) / 2);
  const session = await page.context().newCDPSession(page);
  await session.send("Input.synthesizeScrollGesture", {
    x: middle(box.x, box.width, view.width),
    y: middle(box.y, box.height, view.height),
    xDistance: -right,
    yDistance: -down,
    speed,
    preventFling: true,
    gestureSourceType: "mouse",
  });
  await session.detach();
}

/** MiB of JavaScript's heap, after what nobody holds is gone. */
export async function heap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  return metrics.find(({ name }) => name === "JSHeapUsedSize").value / 2 ** 20;
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

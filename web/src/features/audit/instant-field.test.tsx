import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, expect, it } from "vitest";
import { chooseZone, dagZone } from "@/lib/clock";
import { InstantField } from "./instant-field";

const sent: (string | undefined)[] = [];
function Field({ first }: { first: string | undefined }) {
  const [value, setValue] = useState(first);
  return (
    <InstantField
      label={(zone) => `From (${zone})`}
      value={value}
      onChange={(next) => {
        sent.push(next);
        setValue(next);
      }}
    />
  );
}
const field = () => screen.getByLabelText<HTMLInputElement>("From (Europe/Berlin)");
const type = (value: string) => fireEvent.change(field(), { target: { value } });

beforeEach(() => {
  sent.length = 0;
  chooseZone("dag");
  dagZone.set("Europe/Berlin");
});

it("shows an instant of UTC in the page's zone, and sends what is typed as one", () => {
  render(<Field first="2026-11-10T23:00" />);
  expect(field().value).toBe("2026-11-11T00:00");
  type("2026-07-01T05:30");
  expect(sent).toEqual(["2026-07-01T03:30:00"]);
  expect(field().value).toBe("2026-07-01T05:30");
  type("");
  expect(sent.at(-1)).toBeUndefined();
});

it("leaves alone what is half typed: a year begins with its first digit", () => {
  render(<Field first={undefined} />);
  type("0002-07-01T05:30");
  expect(sent).toEqual([]);
  expect(field().value).toBe("0002-07-01T05:30");
});

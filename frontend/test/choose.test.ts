import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Window } from "happy-dom";
import { endsBefore, goesAt, uncovered } from "../src/choose/ending";
import {
  circle,
  fitMetres,
  LEAST_METRES,
  metresBetween,
  MOST_METRES,
  polygon,
  rectangle,
  ringOf,
} from "../src/choose/shape";
import {
  amountsWithin,
  firstView,
  fit,
  keyed,
  lengthParts,
  LONGEST_VIEW,
  snap,
  stepOf,
  withEnd,
  zoom,
} from "../src/choose/span";
import { parseIso } from "../src/time/words";
import { DAY_US, HOUR_US, SECOND_US } from "../src/time/zone";

const at = (text: string) => parseIso(`${text}+08:00`);
const MINUTE_US = 60 * SECOND_US;
const NOON = at("2024-06-03T12:00:00");

describe("shapes", () => {
  it("measures metres, also far north", () => {
    expect(metresBetween([91.1, 29.65], [91.1, 29.66])).toBeCloseTo(1111.95, 0);
    expect(metresBetween([91.1, 60], [91.11, 60])).toBeCloseTo(556, 0);
  });
  it("gives a circle a radius that the server takes", () => {
    expect(circle([91, 29], 3)).toEqual({ circle: [91, 29, LEAST_METRES] });
    expect(circle([91, 29], 1e9)).toEqual({ circle: [91, 29, MOST_METRES] });
    expect(fitMetres(NaN)).toBeNaN();
  });
  it("draws a circle whose corners lie at its radius", () => {
    const ring = ringOf(circle([91.1, 29.65], 500));
    expect(ring[0]).toEqual(ring.at(-1));
    for (const corner of ring) expect(metresBetween([91.1, 29.65], corner)).toBeCloseTo(500, 3);
  });
  it("makes no rectangle of a line and no ring of two corners", () => {
    expect(rectangle([91, 29], [91, 30])).toBeNull();
    expect(rectangle([91, 29], [92, 30])).toEqual({
      ring: [
        [91, 29],
        [92, 29],
        [92, 30],
        [91, 30],
      ],
    });
    expect(
      polygon([
        [91, 29],
        [91, 29],
        [92, 29],
        [92, 29],
      ]),
    ).toBeNull();
    const closed = polygon([
      [91, 29],
      [92, 29],
      [92, 30],
      [92, 30],
    ]);
    expect(closed && ringOf(closed)).toEqual([
      [91, 29],
      [92, 29],
      [92, 30],
      [91, 29],
    ]);
  });
});

describe("what goes before it is decided", () => {
  it("keeps a local day whole and so many days behind it", () => {
    expect(goesAt(at("2024-05-11T23:59:59"), 30)).toBe(at("2024-06-11T00:00:00"));
    expect(goesAt(at("2024-05-11T00:00:00"), 30)).toBe(at("2024-06-11T00:00:00"));
  });
  it("is what the server says too", () => {
    const span = [at("2024-05-11T08:00:00"), at("2024-05-11T12:00:00")] as const;
    const decided = at("2024-06-12T09:00:00");
    expect(endsBefore(span, 30, decided, [])).toBe(at("2024-06-11T00:00:00"));
    expect(endsBefore(span, 32, decided, [])).toBeNull();
    expect(endsBefore(span, 30, decided, [span])).toBeNull();
    expect(endsBefore(span, 30, decided, [[span[0], span[0] + HOUR_US]])).not.toBeNull();
    // Of a span of two days only the first goes before; a hold on that one is enough.
    const long = [at("2024-05-12T08:00:00"), at("2024-05-14T08:00:00")] as const;
    expect(
      endsBefore(long, 30, at("2024-06-12T09:00:00"), [[long[0], at("2024-05-13T00:00:00")]]),
    ).toBeNull();
  });
  it("finds the hole between holds", () => {
    expect(
      uncovered(
        [0, 10],
        [
          [5, 10],
          [0, 5],
        ],
      ),
    ).toBe(false);
    expect(
      uncovered(
        [0, 10],
        [
          [6, 10],
          [0, 5],
        ],
      ),
    ).toBe(true);
    expect(uncovered([0, 10], [])).toBe(true);
  });
});

describe("the span", () => {
  it("is shown with as much around it, in whole hours, never longer than the server tells", () => {
    const view = firstView([NOON, NOON + HOUR_US], NOON);
    expect(view.from % HOUR_US).toBe(0);
    expect(view.to - view.from).toBe(25 * HOUR_US);
    expect(firstView(null, NOON).to - firstView(null, NOON).from).toBe(3 * DAY_US);
    const year = firstView([NOON - 365 * DAY_US, NOON], NOON);
    expect(year.to - year.from).toBe(LONGEST_VIEW);
    expect(zoom(year, 4, null).to - zoom(year, 4, null).from).toBe(LONGEST_VIEW);
    expect(fit({ from: NOON, to: NOON }).to - fit({ from: NOON, to: NOON }).from).toBe(2 * HOUR_US);
  });
  it("snaps to a step that a pixel is worth", () => {
    expect(stepOf({ from: 0, to: 24 * HOUR_US }, 1000)).toBe(5 * 60 * SECOND_US);
    expect(stepOf({ from: 0, to: HOUR_US }, 0)).toBe(HOUR_US);
    expect(snap(NOON + 61 * SECOND_US, 60 * SECOND_US)).toBe(NOON + 60 * SECOND_US);
  });
  it("keeps its ends in order, whatever is moved", () => {
    const span = [NOON, NOON + HOUR_US] as const;
    expect(withEnd(span, 0, NOON + 2 * HOUR_US)).toEqual([NOON + HOUR_US - SECOND_US, NOON + HOUR_US]);
    expect(withEnd(span, 1, NOON - HOUR_US)).toEqual([NOON, NOON + SECOND_US]);
  });
  it("moves by keys", () => {
    const view = { from: NOON - HOUR_US, to: NOON + HOUR_US };
    expect(keyed("ArrowRight", false, NOON, view)).toBe(NOON + 60 * SECOND_US);
    expect(keyed("ArrowLeft", true, NOON, view)).toBe(NOON - SECOND_US);
    expect(keyed("PageUp", false, NOON, view)).toBe(NOON + HOUR_US);
    expect(keyed("Home", false, NOON, view)).toBe(view.from);
    expect(keyed("a", false, NOON, view)).toBeNull();
  });
  it("counts what the span covers, and of an hour in part what it has, never where", () => {
    const runs = [
      [NOON, NOON + 2 * HOUR_US, "whole", "", 2 * HOUR_US],
      [NOON + 2 * HOUR_US, NOON + 3 * HOUR_US, "gap", "network", 0],
      [NOON + 3 * HOUR_US, NOON + 4 * HOUR_US, "part", "disk", 2 * MINUTE_US],
      [NOON + 4 * HOUR_US, NOON + 5 * HOUR_US, "part", "disk", 30 * MINUTE_US],
    ] as const;
    expect(amountsWithin(runs, [NOON + HOUR_US, NOON + 5 * HOUR_US])).toEqual([
      { kind: "whole", reason: "", us: HOUR_US, of: HOUR_US, atMost: false },
      { kind: "gap", reason: "network", us: HOUR_US, of: HOUR_US, atMost: false },
      { kind: "part", reason: "disk", us: 32 * MINUTE_US, of: 2 * HOUR_US, atMost: false },
    ]);
    const [, cut] = amountsWithin(runs, [NOON + 2.5 * HOUR_US, NOON + 3 * HOUR_US + MINUTE_US]);
    expect(cut).toEqual({ kind: "part", reason: "disk", us: MINUTE_US, of: MINUTE_US, atMost: true });
  });
  it("tells hours to the minute and less than a minute to the second", () => {
    expect(lengthParts(2 * MINUTE_US)).toEqual({ hours: 0, minutes: 2, seconds: 0 });
    expect(lengthParts(12.4 * SECOND_US)).toEqual({ hours: 0, minutes: 0, seconds: 12 });
    expect(lengthParts(2 * HOUR_US - SECOND_US)).toEqual({ hours: 2, minutes: 0, seconds: 0 });
  });
  it("shows the hour that has begun", () => {
    const view = firstView(null, NOON + 10 * MINUTE_US);
    expect(view.to).toBe(NOON + HOUR_US);
    expect(view.to - view.from).toBe(3 * DAY_US);
  });
});

describe("the form's own fields", () => {
  let window: Window;
  beforeEach(() => {
    window = new Window();
    for (const name of ["document", "HTMLElement", "HTMLInputElement", "Event", "Node", "Element"] as const)
      vi.stubGlobal(name, name === "document" ? window.document : window[name as keyof Window]);
    window.document.body.innerHTML = `<form>
      <fieldset data-choose-into><p data-choose-none>none</p></fieldset>
      <label><input type="checkbox" name="camera" value="a"></label>
      <input id="from" value="2024-06-03T12:00:00"><input id="to" value="2024-06-03T13:00:00"></form>`;
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const row = (id: string) => ({
    id,
    number: "1",
    name: "门",
    place: "东",
    system: "校园",
    at: [0, 0] as const,
  });

  it("ticks the box that is there, makes one that is not, and tells once", async () => {
    const { Fields } = await import("../src/choose/fields");
    const form = document.querySelector("form") as HTMLFormElement;
    const fields = new Fields(form, "camera", "from", "to");
    let told = 0;
    form.addEventListener("change", () => told++);
    fields.pick([row("a"), row("b")], true);
    expect(fields.picked.sort()).toEqual(["a", "b"]);
    expect(told).toBe(1);
    expect(form.querySelectorAll("[data-choose-into] input[name=camera]").length).toBe(2);
    expect(form.querySelector("[data-choose-none]")).toBeNull();
    fields.pick([row("b"), row("c")], false);
    expect(fields.picked).toEqual(["a"]);
    expect(form.querySelectorAll("input[name=camera]").length).toBe(2);
  });

  it("reads and writes both ends, and takes none that are out of order", async () => {
    const { Fields } = await import("../src/choose/fields");
    const fields = new Fields(document.querySelector("form") as HTMLFormElement, "camera", "from", "to");
    expect(fields.span).toEqual([NOON, NOON + HOUR_US]);
    fields.span = [NOON + SECOND_US, NOON + 2 * SECOND_US];
    expect((document.getElementById("to") as HTMLInputElement).value).toBe("2024-06-03T12:00:02");
    (document.getElementById("to") as HTMLInputElement).value = "2024-06-03T11:00:00";
    expect(fields.span).toBeNull();
  });
});

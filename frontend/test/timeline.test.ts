import { describe, expect, it } from "vitest";
import { LONGEST_US, SHORTEST_US, clampView, columns, lengthOf, pan, ticks, usAt, xOf, zoomAround } from "../src/timeline/scale"; // prettier-ignore
import { gapsIn, statusAt } from "../src/timeline/status";
import { DAY_US, HOUR_US, fromLocal } from "../src/time/zone";
import type { TimelineData } from "../src/net/api";

const now = fromLocal(2026, 6, 3, 12);
const view = { from: now - HOUR_US, to: now };

describe("the timeline's scale", () => {
  it("goes from time to pixel and back", () => {
    expect(usAt(view, 800, xOf(view, 800, now - 60e6))).toBe(now - 60e6);
  });
  it("keeps the moment under the pointer when it zooms", () => {
    const under = view.from + lengthOf(view) * 0.3;
    for (const factor of [0.1, 0.5, 0.9]) {
      const zoomed = zoomAround(view, factor, under, now);
      expect((under - zoomed.from) / lengthOf(zoomed)).toBeCloseTo(0.3, 3);
    }
  });
  it("stays between ten seconds and thirty days, and near now", () => {
    expect(lengthOf(zoomAround(view, 1e-9, now, now))).toBe(SHORTEST_US);
    expect(lengthOf(zoomAround(view, 1e9, now, now))).toBe(LONGEST_US);
    expect(pan(view, 10 * HOUR_US, now).to).toBe(now + HOUR_US / 10);
    expect(clampView({ from: 0, to: 1 }, now).to).toBe(1);
  });
  it("marks round local times with room for their labels", () => {
    for (const length of [10e6, 60e6, HOUR_US, DAY_US, 30 * DAY_US]) {
      const made = ticks({ from: now - length, to: now }, 800);
      expect(made.length).toBeGreaterThan(1);
      expect(made.length).toBeLessThan(12);
    }
    expect(ticks(view, 800)[0]?.label).toMatch(/^\d\d:\d0$/);
  });
  it("names the day at local midnight", () => {
    const midnight = ticks({ from: now - DAY_US, to: now }, 1000).find((tick) => tick.day);
    expect(midnight?.us).toBe(fromLocal(2026, 6, 3));
    expect(midnight?.label).toBe("06-03");
  });
  it("joins columns that touch, so that ten thousand runs are no more than the pixels", () => {
    const runs = Array.from({ length: 10_000 }, (_, n): [number, number] => [n * 1000, n * 1000 + 900]);
    const made = columns(runs, { from: 0, to: 10_000_000 }, 500);
    expect(made.length).toBeLessThanOrEqual(500);
    expect(made[0]?.[0]).toBe(0);
  });
  it("draws even the shortest gap one pixel wide", () => {
    const [[left, right] = [0, 0]] = columns([[view.from + 1, view.from + 2]], view, 500);
    expect(right - left).toBe(1);
  });
});

const data: TimelineData = {
  runs: [
    [now - HOUR_US, now - 1800e6],
    [now - 1700e6, now],
  ],
  gaps: [[now - 1800e6, now - 1700e6, "network"]],
  held: [],
  filled: [],
  nowUs: now,
};

describe("what is known about a moment", () => {
  it("is recorded, a gap with its reason, unknown, or still to come", () => {
    expect(statusAt(data, now - 60e6, now).kind).toBe("recorded");
    expect(statusAt(data, now - 1750e6, now)).toMatchObject({ kind: "gap", reason: "network" });
    expect(statusAt(data, now - 2 * HOUR_US, now).kind).toBe("unknown");
    expect(statusAt(data, now + 1, now).kind).toBe("future");
    expect(statusAt(null, now, now).kind).toBe("unknown");
  });
  it("says of what a device recorded itself that it is that, though it lies in a run and in a gap", () => {
    const part: [number, number] = [now - 1790e6, now - 1760e6];
    const filled = { ...data, runs: [...data.runs, part], filled: [part] };
    expect(statusAt(filled, now - 1780e6, now).kind).toBe("filled");
    expect(statusAt(filled, now - 1750e6, now).kind).toBe("gap");
    expect(gapsIn(filled, view)).toHaveLength(1);
  });
  it("takes a running recording to run on for a little while", () => {
    expect(statusAt(data, now + 5e6, now + 6e6).kind).toBe("recorded");
    expect(statusAt(data, now + 60e6, now + 61e6).kind).toBe("unknown");
  });
  it("lists the gaps in view, newest first", () => {
    expect(gapsIn(data, view)).toHaveLength(1);
    expect(gapsIn(data, { from: now - 600e6, to: now })).toHaveLength(0);
  });
});

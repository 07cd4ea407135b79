/** The timeline's arithmetic: a view is a span of wall time, in µs UTC, laid over a width in pixels. */
import { DAY_US, HOUR_US, SECOND_US, localTime, offsetAt, pad } from "../time/zone";

export interface View {
  readonly from: number;
  readonly to: number;
}

export const SHORTEST_US = 10 * SECOND_US;
export const LONGEST_US = 30 * DAY_US;
const MINUTE_US = 60 * SECOND_US;

export const lengthOf = (view: View): number => view.to - view.from;

export function xOf(view: View, width: number, us: number): number {
  return ((us - view.from) / lengthOf(view)) * width;
}

export function usAt(view: View, width: number, x: number): number {
  return Math.round(view.from + (x / width) * lengthOf(view));
}

/** A view of the nearest allowed length that shows at most a tenth of itself beyond now. */
export function clampView(view: View, nowUs: number): View {
  const length = Math.min(LONGEST_US, Math.max(SHORTEST_US, lengthOf(view)));
  const to = Math.min(view.to, nowUs + length / 10);
  return { from: Math.round(to - length), to: Math.round(to) };
}

/** Zooms so that `us` stays under the pointer. `factor` < 1 shows less. */
export function zoomAround(view: View, factor: number, us: number, nowUs: number): View {
  const before = lengthOf(view);
  const length = Math.min(LONGEST_US, Math.max(SHORTEST_US, before * factor));
  const from = us - ((us - view.from) / before) * length;
  return clampView({ from, to: from + length }, nowUs);
}

export function pan(view: View, by: number, nowUs: number): View {
  return clampView({ from: view.from + by, to: view.to + by }, nowUs);
}

/** A view of `length` that has `us` at `share` of its width. */
export function around(us: number, length: number, share: number, nowUs: number): View {
  return clampView({ from: us - length * share, to: us + length * (1 - share) }, nowUs);
}

export interface Tick {
  readonly us: number;
  readonly label: string;
  /** The first of a local day. */
  readonly day: boolean;
}

const STEPS_US: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND_US),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_US),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_US),
  ...[1, 2, 5, 10].map((n) => n * DAY_US),
];
const LABEL_PIXELS = 84;

/** Marks on round local times, far enough apart for their labels. */
export function ticks(view: View, width: number): Tick[] {
  if (width <= 0) return [];
  const room = (lengthOf(view) * LABEL_PIXELS) / width;
  const step = STEPS_US.find((each) => each >= room) ?? 10 * DAY_US;
  const marks: Tick[] = [];
  const offset = offsetAt(view.from);
  const first = Math.ceil((view.from + offset) / step) * step - offset;
  for (let us = first; us <= view.to; us += step) {
    const t = localTime(us);
    const day = t.hour === 0 && t.minute === 0 && t.second === 0;
    const time = `${pad(t.hour)}:${pad(t.minute)}`;
    const label = day
      ? `${pad(t.month)}-${pad(t.day)}`
      : step < MINUTE_US
        ? `${time}:${pad(t.second)}`
        : time;
    marks.push({ us, label, day });
  }
  return marks;
}

/** Spans as columns of pixels: each at least one pixel wide, those that touch joined, so that density can't flood. */
export function columns(
  spans: readonly (readonly [number, number, ...unknown[]])[],
  view: View,
  width: number,
): [number, number][] {
  const made: [number, number][] = [];
  for (const [from, to] of spans) {
    if (to <= view.from || from >= view.to) continue;
    const left = Math.max(0, xOf(view, width, from));
    const right = Math.min(width, Math.max(left + 1, xOf(view, width, to)));
    const last = made.at(-1);
    if (last && left <= last[1] + 0.25) last[1] = Math.max(last[1], right);
    else made.push([left, right]);
  }
  return made;
}

/** A keyboard step: a hundredth of the view, on a round number of seconds. */
export function keyStep(view: View): number {
  return Math.max(SECOND_US, Math.round(lengthOf(view) / 100 / SECOND_US) * SECOND_US);
}

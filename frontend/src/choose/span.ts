/** The arithmetic of choosing a span on the lanes, µs UTC. Pure. */
import { lengthOf, type View } from "../timeline/scale";
import { DAY_US, HOUR_US, SECOND_US } from "../time/zone";
import type { Run } from "./answer";

export type Span = readonly [number, number];

export const LONGEST_VIEW = 31 * DAY_US;
const SHORTEST_VIEW = 2 * HOUR_US;
const MINUTE_US = 60 * SECOND_US;
const STEPS: readonly number[] = [
  SECOND_US,
  10 * SECOND_US,
  MINUTE_US,
  5 * MINUTE_US,
  10 * MINUTE_US,
  HOUR_US,
];

/** What is shown first: the span with as much around it, or the last three days, with the hour that has begun. */
export function firstView(span: Span | null, now: number): View {
  const to = Math.ceil(now / HOUR_US) * HOUR_US;
  if (!span) return fit({ from: to - 3 * DAY_US, to });
  const around = Math.max(12 * HOUR_US, span[1] - span[0]);
  return fit({ from: span[0] - around, to: span[1] + around });
}

/** A view of an allowed length around the same middle, on whole hours. */
export function fit(view: View): View {
  const length = Math.min(LONGEST_VIEW, Math.max(SHORTEST_VIEW, lengthOf(view)));
  const from = Math.floor((view.from + view.to - length) / 2 / HOUR_US) * HOUR_US;
  return { from, to: from + Math.floor(length / HOUR_US) * HOUR_US };
}

/** Nearer or further around the middle of the span, or of the view. */
export function zoom(view: View, factor: number, span: Span | null): View {
  const middle =
    span && span[0] < view.to && span[1] > view.from ? (span[0] + span[1]) / 2 : (view.from + view.to) / 2;
  const half = (lengthOf(view) * factor) / 2;
  return fit({ from: middle - half, to: middle + half });
}

/** The round step that one pixel is worth at least. */
export function stepOf(view: View, width: number): number {
  const pixel = lengthOf(view) / Math.max(1, width);
  return STEPS.find((step) => step >= pixel) ?? HOUR_US;
}

export function snap(us: number, step: number): number {
  return Math.round(us / step) * step;
}

/** The span with one end moved; the ends never cross, and stay a second apart. */
export function withEnd(span: Span, end: 0 | 1, us: number): Span {
  return end === 0
    ? [Math.min(us, span[1] - SECOND_US), span[1]]
    : [span[0], Math.max(us, span[0] + SECOND_US)];
}

/** What a key does to an end: arrows a minute (with shift a second), page keys an hour, home and end the view's; null for other keys. */
export function keyed(key: string, shift: boolean, us: number, view: View): number | null {
  const by = shift ? SECOND_US : MINUTE_US;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return us - by;
    case "ArrowRight":
    case "ArrowUp":
      return us + by;
    case "PageDown":
      return us - HOUR_US;
    case "PageUp":
      return us + HOUR_US;
    case "Home":
      return view.from;
    case "End":
      return view.to;
    default:
      return null;
  }
}

/** How much of a kind lies in a span. */
export interface Amount {
  readonly kind: string;
  readonly reason: string;
  us: number;
  /** Of hours recorded in part: of how much in all; and the span cuts one, so that `us` is the most that can lie in it. */
  of: number;
  atMost: boolean;
}

/** What a lane says of a span, for the words under it. An hour recorded in part says how much it has, never where. */
export function amountsWithin(runs: readonly Run[], span: Span): Amount[] {
  const found = new Map<string, Amount>();
  for (const [from, to, kind, reason, recorded] of runs) {
    const length = Math.min(to, span[1]) - Math.max(from, span[0]);
    if (length <= 0) continue;
    const key = `${kind}:${reason}`;
    const amount = found.get(key) ?? { kind, reason, us: 0, of: 0, atMost: false };
    found.set(key, amount);
    const part = kind === "part";
    amount.us += part ? Math.min(recorded, length) : length;
    amount.of += length;
    amount.atMost ||= part && length < to - from;
  }
  return [...found.values()];
}

/** Hours, minutes and seconds of a length, the last that matters rounded: hours are told to the minute. */
export function lengthParts(us: number): { hours: number; minutes: number; seconds: number } {
  const seconds = Math.round(us / SECOND_US);
  if (seconds < 60) return { hours: 0, minutes: 0, seconds };
  const minutes = Math.round(seconds / 60);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60, seconds: 0 };
}

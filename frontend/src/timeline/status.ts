/** What the timeline knows about a moment. */
import type { TimelineData } from "../net/api";
import type { View } from "./scale";

export type Status =
  | { kind: "recorded" }
  | { kind: "filled" }
  | { kind: "gap"; reason: string; from: number; to: number }
  | { kind: "unknown" }
  | { kind: "future" };

/** A recording that ran when the data was loaded is taken to run on until the next load. */
const RUNS_ON_US = 15_000_000;

export function statusAt(data: TimelineData | null, us: number, nowUs: number): Status {
  if (us > nowUs) return { kind: "future" };
  if (data?.filled.some(([from, to]) => us >= from && us < to)) return { kind: "filled" };
  if (data?.runs.some(([from, to]) => us >= from && us < to)) return { kind: "recorded" };
  const last = data?.runs.at(-1);
  if (data && last && us >= last[1] && data.nowUs - last[1] < RUNS_ON_US && us - data.nowUs < RUNS_ON_US)
    return { kind: "recorded" };
  const gap = data?.gaps.find(([from, to]) => us >= from && us < to);
  return gap ? { kind: "gap", from: gap[0], to: gap[1], reason: gap[2] } : { kind: "unknown" };
}

/** The gaps that a view shows, newest first. */
export function gapsIn(data: TimelineData | null, view: View): [number, number, string][] {
  return (data?.gaps ?? [])
    .filter(([from, to]) => to > view.from && from < view.to)
    .map(([from, to, reason]): [number, number, string] => [from, to, reason])
    .sort((a, b) => b[0] - a[0]);
}

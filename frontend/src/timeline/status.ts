/** What the timeline knows about a moment. */
import type { TimelineData } from "../net/api";
import type { View } from "./scale";

export type Status =
  | { kind: "recorded" }
  | { kind: "gap"; reason: string; from: number; to: number }
  | { kind: "unknown" }
  | { kind: "future" };

export function statusAt(data: TimelineData | null, us: number, nowUs: number): Status {
  if (us > nowUs) return { kind: "future" };
  if (data?.runs.some(([from, to]) => us >= from && us < to)) return { kind: "recorded" };
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

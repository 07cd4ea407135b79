/** Which row of the bar each track has: rows are shared by tracks that are not there at one time. */
import { begins, ends, type Track } from "./tracks";

export interface Lane {
  readonly number: number;
  readonly row: number;
  readonly begins: number;
  readonly ends: number;
  readonly state: Track["state"];
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly rows: number;
}

/**
 * @param tracks in any order.
 * @param room ticks between two tracks in one row, so that they can be told apart.
 */
export function layLanes(tracks: Iterable<Track>, room: number): Lanes {
  const sorted = [...tracks].sort((one, two) => begins(one) - begins(two) || one.number - two.number);
  const free: number[] = [];
  const lanes = sorted.map((track): Lane => {
    const [from, to] = [begins(track), ends(track)];
    let row = free.findIndex((time) => time <= from);
    if (row < 0) row = free.length;
    free[row] = to + room;
    return { number: track.number, row, begins: from, ends: to, state: track.state };
  });
  return { lanes, rows: free.length };
}

/** The track at a place of the bar, or null. */
export function laneAt(lanes: Lanes, row: number, ticks: number, slack: number): Lane | null {
  const near = lanes.lanes.filter(
    (one) => one.row === row && one.begins - slack <= ticks && ticks <= one.ends + slack,
  );
  const far = (one: Lane) => Math.max(one.begins - ticks, ticks - one.ends, 0);
  return near.sort((one, two) => far(one) - far(two))[0] ?? null;
}

/**
 * Tracks as `custodes.video.mask.sidecar` writes them. Key frames stay as they came, `[time, sighting, …sixteenths of a pixel]`:
 * of ten minutes with five hundred tracks only what is shown is ever turned into shapes.
 */
import { around, bodyOf, between, bounds, grown, grownBox, isBox, type Corner, type Shape } from "./shapes";

export const KINDS = ["face", "plate", "sign", "licence", "body", "overlay", "other"] as const;
export const STATES = ["open", "accepted", "rejected"] as const;
export const SIGHTINGS = ["found", "followed", "filled", "drawn"] as const;
export const ANSWERS = ["unasked", "no", "yes"] as const;

export type Kind = (typeof KINDS)[number];
export type State = (typeof STATES)[number];
export type Sighting = (typeof SIGHTINGS)[number];
export type Acquaintance = (typeof ANSWERS)[number];

/** Time in ticks of 90 kHz, how it came to be, and four sides of a box or the corners of a polygon, in sixteenths of a pixel. */
export type Frame = readonly [time: number, sighting: Sighting, ...numbers: number[]];

export interface Review {
  readonly by: string;
  readonly acquaintance: Acquaintance;
  readonly remark: string;
}

export interface Track {
  /** From 1; below 0 for one that the server has not numbered yet. */
  readonly number: number;
  readonly kind: Kind;
  readonly origin: "model" | "hand";
  readonly state: State;
  /** Thousandths. */
  readonly growth: number;
  readonly whole_body: boolean;
  /** Of what is not hidden: whether it is left in sight though it would have to be hidden; null where nobody said so. */
  readonly left: boolean | null;
  /** Thousandths; 0 where a person drew it. */
  readonly surest: number;
  readonly review: Review;
  readonly frames: readonly Frame[];
}

export const LEAST_GROWTH = 1000;
export const MOST_GROWTH = 4000;

export function begins(track: Track): number {
  return (track.frames[0] as Frame)[0];
}

/** Still hidden at this time. */
export function ends(track: Track): number {
  return (track.frames.at(-1) as Frame)[0];
}

export function shapeOf(frame: Frame): Shape {
  const numbers = (frame.slice(2) as number[]).map((value) => value / 16);
  if (numbers.length === 4) {
    const [left, top, right, bottom] = numbers as [number, number, number, number];
    return { left, top, right, bottom };
  }
  const corners: Corner[] = [];
  for (let at = 0; at < numbers.length; at += 2)
    corners.push([numbers[at] as number, numbers[at + 1] as number]);
  return { corners };
}

export function frameOf(time: number, shape: Shape, sighting: Sighting = "drawn"): Frame {
  const values = isBox(shape) ? [shape.left, shape.top, shape.right, shape.bottom] : shape.corners.flat();
  return [time, sighting, ...values.map((value) => Math.round(value * 16))];
}

/** Index of the last key frame that is not after `time`; -1 before the first. */
export function lastFrame(frames: readonly Frame[], time: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle] as Frame)[0] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where the thing itself is, without growth; null where the track isn't. */
export function seenAt(track: Track, time: number): Shape | null {
  if (time < begins(track) || time > ends(track)) return null;
  const at = lastFrame(track.frames, time);
  const here = track.frames[at] as Frame;
  const there = track.frames[at + 1];
  if (here[0] === time || !there) return shapeOf(here);
  return between(shapeOf(here), shapeOf(there), (time - here[0]) / (there[0] - here[0]));
}

/** What is filled at `time`; null where nothing is. */
export function maskAt(track: Track, time: number): Shape | null {
  const seen = seenAt(track, time);
  return seen && maskOf(track, seen);
}

/** What is filled where the thing is at `seen`. */
export function maskOf(track: Track, seen: Shape): Shape {
  const growth = track.growth / 1000;
  if (!track.whole_body) return grown(seen, growth);
  const box = bounds(seen);
  return around(bodyOf(box), grownBox(box, growth));
}

/** Whether it is filled: only what a person rejected is shown. */
export function hidden(track: Track): boolean {
  return track.state !== "rejected";
}

/** Whether the question about an acquaintance is still to be answered: of whatever is hidden, a car and a shop can be known too. */
export function waitsForAnswer(track: Track): boolean {
  return track.review.acquaintance === "unasked";
}

/** Checks what the server sent. @throws TypeError naming what is wrong. */
export function readTrack(value: unknown): Track {
  const track = value as Track;
  const whole = (number: unknown, least: number) => Number.isInteger(number) && (number as number) >= least;
  const wrong = (what: string): never => {
    throw new TypeError(`track ${String(track?.number)}: ${what}`);
  };
  if (typeof value !== "object" || value === null || !whole(track.number, 1)) wrong("number");
  if (!KINDS.includes(track.kind)) wrong("kind");
  if (!STATES.includes(track.state)) wrong("state");
  if (!whole(track.growth, LEAST_GROWTH) || !whole(track.surest, 0)) wrong("growth");
  if (!ANSWERS.includes(track.review?.acquaintance)) wrong("review");
  if (!Array.isArray(track.frames) || track.frames.length === 0) wrong("frames");
  let before = -1;
  for (const [time, sighting, ...numbers] of track.frames) {
    if (!whole(time, 0) || time <= before || !SIGHTINGS.includes(sighting)) wrong("frames");
    if (numbers.length < 4 || numbers.length % 2 || !numbers.every(Number.isInteger)) wrong("frames");
    before = time;
  }
  const left: unknown = track.left ?? null;
  if (left !== null && typeof left !== "boolean") wrong("left");
  return { ...track, left: left as boolean | null };
}

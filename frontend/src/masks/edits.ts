/** What a person does to a track's places. Each gives a new track; the old one stays for undoing. */
import { grownBox, isBox, moved, type Box, type Corner, type Shape } from "./shapes";
import {
  begins,
  ends,
  frameOf,
  lastFrame,
  seenAt,
  shapeOf,
  type Frame,
  type Kind,
  type Track,
} from "./tracks";

/** The track with a place drawn at `time`; what was followed or filled in between it and its drawn neighbours goes (`by_hand.redrawn`). */
export function redrawn(track: Track, time: number, shape: Shape): Track {
  const drawn = track.frames.filter((one) => one[1] === "drawn").map((one) => one[0]);
  const before = drawn.findLast((one) => one < time) ?? time;
  const after = drawn.find((one) => one > time) ?? time;
  const kept = track.frames.filter((one) => one[0] !== time && !(before < one[0] && one[0] < after));
  const frames = [...kept, frameOf(time, shape)].sort((one, two) => one[0] - two[0]);
  return { ...track, frames };
}

/**
 * As `redrawn`, for tracks that a person draws as the film goes on: while nobody said where it ends, its last place is only held
 * there, and goes where the last drawn one goes.
 */
export function placed(track: Track, time: number, shape: Shape): Track {
  const changed = redrawn(track, time, shape);
  const last = track.frames.at(-1) as Frame;
  const beforeLast = changed.frames.at(-2);
  if (track.origin !== "hand" || last[1] !== "filled" || beforeLast?.[0] !== time || last[0] <= time)
    return changed;
  return { ...changed, frames: [...changed.frames.slice(0, -1), frameOf(last[0], shape, "filled")] };
}

/** Whether a key frame stands exactly at `time`. */
export function hasFrame(track: Track, time: number): boolean {
  return track.frames[lastFrame(track.frames, time)]?.[0] === time;
}

/** Without the key frame at `time`; null where there is none, or no other. */
export function withoutFrame(track: Track, time: number): Track | null {
  if (!hasFrame(track, time) || track.frames.length === 1) return null;
  return { ...track, frames: track.frames.filter((one) => one[0] !== time) };
}

/** The track ending at `time`: cut there, or held from its last place up to there. Null where it would begin after that. */
export function endedAt(track: Track, time: number): Track | null {
  if (time < begins(track) || time === ends(track)) return null;
  const shape = seenAt(track, time) ?? shapeOf(track.frames.at(-1) as Frame);
  const frames = track.frames.filter((one) => one[0] < time);
  return { ...track, frames: [...frames, frameOf(time, shape)] };
}

/** The track beginning at `time`: cut there, or held back from its first place to there. Null where it would end before that. */
export function begunAt(track: Track, time: number): Track | null {
  if (time > ends(track) || time === begins(track)) return null;
  const shape = seenAt(track, time) ?? shapeOf(track.frames[0] as Frame);
  const frames = track.frames.filter((one) => one[0] > time);
  return { ...track, frames: [frameOf(time, shape), ...frames] };
}

/** A track that begins at `time` and hides up to the film's end until somebody says where it ends. Undecided. */
export function newTrack(number: number, kind: Kind, shape: Shape, time: number, last: number): Track {
  const frames = [frameOf(time, shape), ...(last > time ? [frameOf(last, shape, "filled")] : [])];
  return {
    number,
    kind,
    origin: "hand",
    state: "open",
    growth: 1000,
    whole_body: false,
    left: null,
    surest: 0,
    review: { by: "", acquaintance: "unasked", remark: "" },
    frames,
  };
}

/** Where a shape can be taken hold of: the whole, a corner of a polygon, or a side or corner of a box. */
export type Handle = "whole" | number;

/** Of a box, clockwise from the upper left corner: which sides each one moves. */
const SIDES: readonly (readonly (keyof Box)[])[] = [
  ["left", "top"],
  ["top"],
  ["right", "top"],
  ["right"],
  ["right", "bottom"],
  ["bottom"],
  ["left", "bottom"],
  ["left"],
];

/** Smallest side, pixels: what is smaller can't be taken hold of any more. */
export const LEAST_SIDE = 4;

/** Where the handles stand. */
export function handlesOf(shape: Shape): Corner[] {
  if (!isBox(shape)) return [...shape.corners];
  const { left, top, right, bottom } = shape;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [
    [left, top],
    [x, top],
    [right, top],
    [right, y],
    [right, bottom],
    [x, bottom],
    [left, bottom],
    [left, y],
  ];
}

/** The shape after `handle` was moved by so many pixels. A side stops before it would pass the other one. */
export function dragged(shape: Shape, handle: Handle, byX: number, byY: number): Shape {
  if (handle === "whole") return moved(shape, byX, byY);
  if (!isBox(shape))
    return {
      corners: shape.corners.map(([x, y], at) => (at === handle ? [x + byX, y + byY] : [x, y]) as Corner),
    };
  const box = { ...shape };
  for (const side of SIDES[handle] ?? []) {
    if (side === "left") box.left = Math.min(shape.left + byX, shape.right - LEAST_SIDE);
    if (side === "right") box.right = Math.max(shape.right + byX, shape.left + LEAST_SIDE);
    if (side === "top") box.top = Math.min(shape.top + byY, shape.bottom - LEAST_SIDE);
    if (side === "bottom") box.bottom = Math.max(shape.bottom + byY, shape.top + LEAST_SIDE);
  }
  return box;
}

/** The shape made wider and taller by so many pixels on each side, by keys. */
export function resized(shape: Shape, byX: number, byY: number): Shape {
  if (!isBox(shape)) {
    const across = shape.corners.map(([x]) => x);
    const down = shape.corners.map(([, y]) => y);
    const [left, right] = [Math.min(...across), Math.max(...across)];
    const [top, bottom] = [Math.min(...down), Math.max(...down)];
    const factor = (span: number, by: number) => (span <= 0 ? 1 : Math.max(span + 2 * by, LEAST_SIDE) / span);
    const [wider, taller] = [factor(right - left, byX), factor(bottom - top, byY)];
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return {
      corners: shape.corners.map(([a, b]) => [x + (a - x) * wider, y + (b - y) * taller] as Corner),
    };
  }
  const box = {
    left: shape.left - byX,
    top: shape.top - byY,
    right: shape.right + byX,
    bottom: shape.bottom + byY,
  };
  const flat = box.right - box.left < LEAST_SIDE || box.bottom - box.top < LEAST_SIDE;
  return flat ? shape : box;
}

/** A box from two of its corners, in any order; null where it is too small to be meant. */
export function boxBetween([a, b]: Corner, [c, d]: Corner): Box | null {
  const box = { left: Math.min(a, c), top: Math.min(b, d), right: Math.max(a, c), bottom: Math.max(b, d) };
  return box.right - box.left < LEAST_SIDE || box.bottom - box.top < LEAST_SIDE ? null : box;
}

/** What is put in the middle of what is seen when nobody draws by hand: a sixth of it. */
export function middleShape(seen: Box, polygon: boolean): Shape {
  const side = Math.min(seen.right - seen.left, seen.bottom - seen.top) / 6;
  const [x, y] = [(seen.left + seen.right) / 2, (seen.top + seen.bottom) / 2];
  const box = grownBox(
    { left: x - side / 2, top: y - side / 2, right: x + side / 2, bottom: y + side / 2 },
    1,
  );
  if (!polygon) return box;
  return {
    corners: [
      [box.left, box.top],
      [box.right, box.top],
      [box.right, box.bottom],
      [box.left, box.bottom],
    ],
  };
}

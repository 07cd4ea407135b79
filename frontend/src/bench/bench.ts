/**
 * Entry for benches: the real player, and for each frame on screen the strip's number with the time it was seen.
 * `custodesBench.seen` holds `{camera, frame, wall_us, at_us}`; `at_us` is this browser's clock, µs UTC.
 */
import "../player";
import type { CustodesPlayer, FrameDetail } from "../player/element";
import { readStrip, type Strip } from "./strip";

interface Seen extends Strip {
  readonly wall_us: number;
  readonly at_us: number;
}

const seen: Seen[] = [];

document.addEventListener(
  "custodes-frame",
  (event) => {
    const player = event.target as CustodesPlayer;
    const { wall_us, presented } = (event as CustomEvent<FrameDetail>).detail;
    const strip = player.video && readStrip(player.video);
    if (strip)
      seen.push({ ...strip, wall_us, at_us: Math.round((performance.timeOrigin + presented) * 1000) });
  },
  true,
);

Object.assign(globalThis, { custodesBench: { seen, readStrip } });

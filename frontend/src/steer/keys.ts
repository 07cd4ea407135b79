/** Keys of the pad, while one steers. */
import type { KeyPress } from "../player/keys";
import type { Motion } from "../view/protocol";

const MOVES: Readonly<Record<string, Partial<Motion>>> = {
  ArrowLeft: { pan: -1 },
  ArrowRight: { pan: 1 },
  ArrowUp: { tilt: 1 },
  ArrowDown: { tilt: -1 },
  "+": { zoom: 1 },
  "=": { zoom: 1 },
  "-": { zoom: -1 },
};

/** Where a key would move the camera at this speed (per cent), or null. */
export function motionOf(press: KeyPress, speed: number): Partial<Motion> | null {
  if (press.altKey || press.ctrlKey || press.metaKey) return null;
  const move = MOVES[press.key];
  if (!move) return null;
  return Object.fromEntries(Object.entries(move).map(([axis, way]) => [axis, way * speed]));
}

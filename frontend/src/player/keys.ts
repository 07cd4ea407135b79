/** Keys of the player: one table, for the handler and for the help. */
import type { Key } from "../i18n/translate";

export type Action =
  | "toggle"
  | "slower"
  | "faster"
  | "stepBack"
  | "stepForward"
  | "back10"
  | "forward10"
  | "spanStart"
  | "spanEnd"
  | "fullscreen"
  | "mark"
  | "live"
  | "sound"
  | "help";

export const KEY_HELP: readonly (readonly [string, Key])[] = [
  ["Space", "key.space"],
  ["J", "key.j"],
  ["K", "key.k"],
  ["L", "key.l"],
  ["← →", "key.arrows"],
  ["Shift + ← →", "key.shiftArrows"],
  ["← → ↑ ↓", "key.steer"],
  ["T", "key.t"],
  ["[ ]", "key.brackets"],
  ["F", "key.f"],
  ["M", "key.m"],
  ["End", "key.end"],
  ["?", "key.help"],
];

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** What a key press asks for, or null. `onButton`: the focus is on a button, whose own keys win. */
export function actionFor(press: KeyPress, onButton = false): Action | null {
  if (press.altKey || press.ctrlKey || press.metaKey) return null;
  switch (press.key.length === 1 ? press.key.toLowerCase() : press.key) {
    case " ":
      return onButton ? null : "toggle";
    case "k":
      return "toggle";
    case "j":
      return "slower";
    case "l":
      return "faster";
    case "ArrowLeft":
      return press.shiftKey ? "back10" : "stepBack";
    case "ArrowRight":
      return press.shiftKey ? "forward10" : "stepForward";
    case "[":
      return "spanStart";
    case "]":
      return "spanEnd";
    case "f":
      return "fullscreen";
    case "m":
      return "mark";
    case "End":
      return "live";
    case "?":
      return "help";
    default:
      return null;
  }
}

export const RATES: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, 16];

/** The next rate up (1) or down (-1). */
export function nextRate(rate: number, direction: 1 | -1): number {
  const at = RATES.indexOf(rate);
  if (at < 0) return 1;
  return RATES[Math.min(RATES.length - 1, Math.max(0, at + direction))] ?? rate;
}

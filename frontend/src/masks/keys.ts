/** Keys of the picture, while it has the focus. */
export interface Press {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export type PictureKey =
  | {
      readonly kind: "arrow";
      readonly x: number;
      readonly y: number;
      readonly how: "plain" | "resize" | "pan";
    }
  | { readonly kind: "step" | "zoom"; readonly by: number }
  | { readonly kind: "escape" | "enter" | "handle" | "toggle" | "next" }
  | { readonly kind: "do"; readonly verb: "setFrame" | "removeFrame" | "beginHere" | "endHere" };

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const KEYS: Readonly<Record<string, PictureKey>> = {
  " ": { kind: "toggle" },
  k: { kind: "toggle" },
  ",": { kind: "step", by: -1 },
  ".": { kind: "step", by: 1 },
  "+": { kind: "zoom", by: 1.5 },
  "=": { kind: "zoom", by: 1.5 },
  "-": { kind: "zoom", by: 1 / 1.5 },
  "0": { kind: "zoom", by: 0 },
  c: { kind: "handle" },
  n: { kind: "next" },
  s: { kind: "do", verb: "setFrame" },
  Delete: { kind: "do", verb: "removeFrame" },
  Backspace: { kind: "do", verb: "removeFrame" },
  "[": { kind: "do", verb: "beginHere" },
  "]": { kind: "do", verb: "endHere" },
  Escape: { kind: "escape" },
  Enter: { kind: "enter" },
};

/** What a key does on the picture, or null. */
export function actionOf(press: Press): PictureKey | null {
  if (press.ctrlKey || press.metaKey) return null;
  const arrow = ARROWS[press.key];
  if (arrow) {
    const how = press.altKey ? "pan" : press.shiftKey ? "resize" : "plain";
    return { kind: "arrow", x: arrow[0], y: arrow[1], how };
  }
  if (press.altKey) return null;
  return KEYS[press.key.length === 1 ? press.key.toLowerCase() : press.key] ?? null;
}

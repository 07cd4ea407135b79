/**
 * Enlarging a part of a supervised picture: a rectangle dragged on it, or one of nine parts by button. The worker cuts it out of the
 * original, marks it and codes it anew; the browser never has more than it shows.
 */
import { el } from "../dom/build";
import { t, type Key } from "../i18n/translate";
import type { Region } from "../view/protocol";
import type { CustodesPlayer } from "./element";

/** The worker cuts out no less than a tenth. */
const LEAST = 0.1;
/** A drag shorter than this, as a part of the picture, is a click. */
const CLICK = 0.03;
const HALF = 0.5;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where the picture lies in its element: `object-fit: contain` leaves bars. */
export function pictureIn(box: Box, width: number, height: number): Box {
  if (width <= 0 || height <= 0) return box;
  const scale = Math.min(box.width / width, box.height / height);
  const [w, h] = [width * scale, height * scale];
  return { left: box.left + (box.width - w) / 2, top: box.top + (box.height - h) / 2, width: w, height: h };
}

/** The part of `picture` between two points; null for a click. What is thinner than the least is widened around its middle. */
export function regionOf(
  picture: Box,
  from: readonly [number, number],
  to: readonly [number, number],
): Region | null {
  const part = (value: number, start: number, length: number) =>
    Math.min(1, Math.max(0, (value - start) / length));
  const xs = [from[0], to[0]].map((x) => part(x, picture.left, picture.width)).sort((a, b) => a - b);
  const ys = [from[1], to[1]].map((y) => part(y, picture.top, picture.height)).sort((a, b) => a - b);
  const [left, right, top, bottom] = [xs[0] ?? 0, xs[1] ?? 1, ys[0] ?? 0, ys[1] ?? 1];
  if (right - left < CLICK && bottom - top < CLICK) return null;
  const [x, width] = atLeast(left, right);
  const [y, height] = atLeast(top, bottom);
  return { left: x, top: y, width, height };
}

function atLeast(from: number, to: number): [number, number] {
  const length = Math.max(LEAST, to - from);
  const start = Math.min(1 - length, Math.max(0, (from + to - length) / 2));
  return [start, length];
}

/** The `index`th of nine overlapping halves, row by row. */
export function ninth(index: number): Region {
  return {
    left: ((index % 3) * HALF) / 2,
    top: (Math.floor(index / 3) * HALF) / 2,
    width: HALF,
    height: HALF,
  };
}

/** Lets a hand drag a rectangle on the player's picture, and gives buttons that do without. */
export function wireEnlarging(player: CustodesPlayer): HTMLElement {
  const frame = el("div", { class: "enlarge__frame", hidden: true, "aria-hidden": "true" });
  const stage = player.querySelector<HTMLElement>(".player__stage");
  stage?.append(frame);
  let from: readonly [number, number] | null = null;
  const picture = (): Box | null => {
    const video = player.video;
    return video ? pictureIn(video.getBoundingClientRect(), video.videoWidth, video.videoHeight) : null;
  };
  stage?.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.target instanceof Element && event.target.closest("button, a, .panel")))
      return;
    from = [event.clientX, event.clientY];
    stage.setPointerCapture(event.pointerId);
  });
  stage?.addEventListener("pointermove", (event) => {
    if (!from) return;
    const box = stage.getBoundingClientRect();
    frame.hidden = false;
    const [x, y] = [Math.min(from[0], event.clientX) - box.left, Math.min(from[1], event.clientY) - box.top];
    frame.style.setProperty("translate", `${x}px ${y}px`);
    frame.style.setProperty("inline-size", `${Math.abs(event.clientX - from[0])}px`);
    frame.style.setProperty("block-size", `${Math.abs(event.clientY - from[1])}px`);
  });
  const done = (event: PointerEvent): void => {
    const [start, box] = [from, picture()];
    from = null;
    frame.hidden = true;
    if (!start || !box || event.type !== "pointerup") return;
    const region = regionOf(box, start, [event.clientX, event.clientY]);
    if (region) player.enlarge(region);
  };
  stage?.addEventListener("pointerup", done);
  stage?.addEventListener("pointercancel", done);

  const button = (label: Key, region: Region | null): HTMLButtonElement => {
    const made = el("button", { class: "button button--quiet", type: "button" }, t(label));
    made.addEventListener("click", () => player.enlarge(region));
    return made;
  };
  return el(
    "div",
    { class: "enlarge", role: "group", "aria-label": t("enlarge.group") },
    el("p", { class: "enlarge__hint" }, t("enlarge.hint")),
    button("enlarge.whole", null),
    el(
      "div",
      { class: "enlarge__nine" },
      ...Array.from({ length: 9 }, (_, index) => button(`enlarge.${index}` as Key, ninth(index))),
    ),
  );
}

/** Hands on the track: one finger scrubs, on the ruler it pans, two pinch; the wheel zooms, sideways it pans. */
import { RULER_HEIGHT } from "./paint";

export interface PointerListener {
  hover(x: number | null): void;
  /** A mouse or a pen points here, pressed or not; a finger does not: it hides what it points at. */
  point(x: number | null): void;
  scrub(x: number, done: boolean): void;
  pan(pixels: number): void;
  zoom(factor: number, x: number): void;
}

export function wirePointer(track: HTMLElement, listener: PointerListener): void {
  const fingers = new Map<number, number>();
  let panning = false;
  let pinched = false;
  const xIn = (event: PointerEvent | WheelEvent) => event.clientX - track.getBoundingClientRect().left;

  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    track.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, xIn(event));
    pinched = fingers.size > 1;
    panning = fingers.size === 1 && event.clientY - track.getBoundingClientRect().top < RULER_HEIGHT;
    if (panning || event.pointerType === "touch") listener.point(null);
    if (fingers.size === 1 && !panning) listener.scrub(xIn(event), false);
  });
  track.addEventListener("pointermove", (event) => {
    const x = xIn(event);
    if (!panning && event.pointerType !== "touch") listener.point(x);
    const before = fingers.get(event.pointerId);
    if (before === undefined) return listener.hover(x);
    if (fingers.size === 2) {
      const [a = 0, b = 0] = fingers.values();
      fingers.set(event.pointerId, x);
      const [c = 0, d = 0] = fingers.values();
      const [was, is] = [Math.abs(a - b), Math.abs(c - d)];
      if (was > 8 && is > 8) listener.zoom(was / is, (c + d) / 2);
      return;
    }
    fingers.set(event.pointerId, x);
    if (panning) listener.pan(before - x);
    else if (!pinched) listener.scrub(x, false);
  });
  const up = (event: PointerEvent, done: boolean) => {
    if (!fingers.delete(event.pointerId)) return;
    listener.point(null);
    if (fingers.size > 0) return;
    if (!panning && !pinched && done) listener.scrub(xIn(event), true);
    panning = false;
  };
  track.addEventListener("pointerup", (event) => up(event, true));
  track.addEventListener("pointercancel", (event) => up(event, false));
  track.addEventListener("pointerleave", () => {
    listener.hover(null);
    listener.point(null);
  });
  track.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        listener.pan(event.deltaX || event.deltaY);
      else listener.zoom(1.0015 ** event.deltaY, xIn(event));
    },
    { passive: false },
  );
}

/** Which part of the picture is shown, and where a place of it lies on the stage. */
import type { Box, Corner } from "./shapes";

export const MOST_ZOOM = 8;

export interface Zoom {
  /** 1 is the whole picture. */
  readonly factor: number;
  /** Pixels of the source at the stage's upper left corner. */
  readonly left: number;
  readonly top: number;
}

export const WHOLE: Zoom = { factor: 1, left: 0, top: 0 };

/** Keeps the shown part inside the picture. */
export function kept(zoom: Zoom, width: number, height: number): Zoom {
  const factor = Math.min(Math.max(zoom.factor, 1), MOST_ZOOM);
  const within = (value: number, side: number) => Math.min(Math.max(value, 0), side - side / factor);
  return { factor, left: within(zoom.left, width), top: within(zoom.top, height) };
}

/** Zooms so that the place `x`, `y` of the picture stays where it is on the stage. */
export function zoomedAt(
  zoom: Zoom,
  factor: number,
  [x, y]: Corner,
  [width, height]: readonly [number, number],
): Zoom {
  const to = Math.min(Math.max(factor, 1), MOST_ZOOM);
  const share = zoom.factor / to;
  return kept(
    { factor: to, left: x - (x - zoom.left) * share, top: y - (y - zoom.top) * share },
    width,
    height,
  );
}

/** The part that is shown, in pixels of the source. */
export function shownPart(zoom: Zoom, width: number, height: number): Box {
  const { left, top, factor } = zoom;
  return { left, top, right: left + width / factor, bottom: top + height / factor };
}

/** Moves the shown part as little as shows all of `box`; zooms out where it is larger. */
export function showing(zoom: Zoom, box: Box, width: number, height: number): Zoom {
  if (zoom.factor === 1) return zoom;
  const room = Math.min(width / (box.right - box.left), height / (box.bottom - box.top));
  const factor = Math.min(zoom.factor, Math.max(room, 1));
  const part = shownPart({ ...zoom, factor }, width, height);
  const shift = (low: number, high: number, from: number, to: number) =>
    low < from ? low - from : high > to ? high - to : 0;
  return kept(
    {
      factor,
      left: zoom.left + shift(box.left, box.right, part.left, part.right),
      top: zoom.top + shift(box.top, box.bottom, part.top, part.bottom),
    },
    width,
    height,
  );
}

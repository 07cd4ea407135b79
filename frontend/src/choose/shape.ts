/** Shapes drawn on the map, as the server reads them (`access/choosing/shape.py`), and as rings for drawing. Pure. */
import type { Position } from "../map/answer";

export type Shape =
  { readonly circle: readonly [number, number, number] } | { readonly ring: readonly Position[] };

export const LEAST_METRES = 20;
export const MOST_METRES = 20_000;
export const MOST_CORNERS = 100;
const METRES_A_DEGREE = 111_195;
const CORNERS_OF_A_CIRCLE = 64;

const eastScale = (latitude: number) => METRES_A_DEGREE * Math.cos((latitude * Math.PI) / 180);

/** Metres between two places near each other. */
export function metresBetween(a: Position, b: Position): number {
  return Math.hypot((b[0] - a[0]) * eastScale(a[1]), (b[1] - a[1]) * METRES_A_DEGREE);
}

/** A radius that the server takes, in whole metres; NaN for what is no number. */
export function fitMetres(metres: number): number {
  if (!Number.isFinite(metres)) return NaN;
  return Math.round(Math.min(MOST_METRES, Math.max(LEAST_METRES, metres)));
}

export function circle(centre: Position, metres: number): Shape {
  return { circle: [centre[0], centre[1], fitMetres(metres)] };
}

/** The box that two corners span; null where it has no extent. */
export function rectangle(a: Position, b: Position): Shape | null {
  if (a[0] === b[0] || a[1] === b[1]) return null;
  return { ring: [a, [b[0], a[1]], b, [a[0], b[1]]] };
}

/** A ring of these corners; null while there are fewer than three different ones. */
export function polygon(corners: readonly Position[]): Shape | null {
  const ring = corners.filter((corner, at) => {
    const before = corners[at - 1];
    return !before || before[0] !== corner[0] || before[1] !== corner[1];
  });
  return ring.length >= 3 ? { ring: ring.slice(0, MOST_CORNERS) } : null;
}

/** The closed ring by which a shape is drawn. */
export function ringOf(shape: Shape): Position[] {
  if ("ring" in shape) {
    const first = shape.ring[0];
    return first ? [...shape.ring, first] : [];
  }
  const [longitude, latitude, metres] = shape.circle;
  const ring: Position[] = [];
  for (let corner = 0; corner <= CORNERS_OF_A_CIRCLE; corner++) {
    const turn = (corner % CORNERS_OF_A_CIRCLE) * ((2 * Math.PI) / CORNERS_OF_A_CIRCLE);
    ring.push([
      longitude + (metres * Math.cos(turn)) / eastScale(latitude),
      latitude + (metres * Math.sin(turn)) / METRES_A_DEGREE,
    ]);
  }
  return ring;
}

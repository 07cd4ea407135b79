/** Boxes and polygons in pixels of the source, computed as `custodes.video.mask.shapes` computes them, operation for operation. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type Corner = readonly [x: number, y: number];

export interface Polygon {
  readonly corners: readonly Corner[];
}

export type Shape = Box | Polygon;

export const MOST_CORNERS = 64;

/** Of a standing person, in widths and heights of the face (`tracks.py`). */
const BODY_WIDTHS = 4;
const BODY_HEIGHTS = 9;
const BODY_ABOVE = 0.6;

export function isBox(shape: Shape): shape is Box {
  return "left" in shape;
}

/** The box around a shape. A polygon that is a line still hides what it touches. */
export function bounds(shape: Shape): Box {
  if (isBox(shape)) return shape;
  const across = shape.corners.map(([x]) => x);
  const down = shape.corners.map(([, y]) => y);
  const [left, top] = [Math.min(...across), Math.min(...down)];
  return {
    left,
    top,
    right: Math.max(Math.max(...across), left + 1),
    bottom: Math.max(Math.max(...down), top + 1),
  };
}

export function centre(box: Box): Corner {
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}

/** The same middle, both sides times `factor`. */
export function grown(shape: Shape, factor: number): Shape {
  return isBox(shape) ? grownBox(shape, factor) : grownPolygon(shape, factor);
}

export function grownBox(box: Box, factor: number): Box {
  const [x, y] = centre(box);
  const width = ((box.right - box.left) * factor) / 2;
  const height = ((box.bottom - box.top) * factor) / 2;
  return { left: x - width, top: y - height, right: x + width, bottom: y + height };
}

function grownPolygon(shape: Polygon, factor: number): Polygon {
  const [x, y] = centre(bounds(shape));
  return { corners: shape.corners.map(([a, b]) => [x + (a - x) * factor, y + (b - y) * factor] as const) };
}

/** The same shape, elsewhere. */
export function moved(shape: Shape, byX: number, byY: number): Shape {
  if (!isBox(shape)) return { corners: shape.corners.map(([x, y]) => [x + byX, y + byY] as const) };
  return {
    left: shape.left + byX,
    top: shape.top + byY,
    right: shape.right + byX,
    bottom: shape.bottom + byY,
  };
}

/** The smallest box that holds both. */
export function around(one: Box, other: Box): Box {
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    right: Math.max(one.right, other.right),
    bottom: Math.max(one.bottom, other.bottom),
  };
}

/** What lies at `share` (0 to 1) of the way from one to the other; what can't be matched is covered by the box around both. */
export function between(first: Shape, last: Shape, share: number): Shape {
  const way = (a: number, b: number) => a + (b - a) * share;
  if (isBox(first) && isBox(last))
    return {
      left: way(first.left, last.left),
      top: way(first.top, last.top),
      right: way(first.right, last.right),
      bottom: way(first.bottom, last.bottom),
    };
  if (!isBox(first) && !isBox(last) && first.corners.length === last.corners.length) {
    const to = last.corners;
    return {
      corners: first.corners.map(([x, y], at) => {
        const [toX, toY] = to[at] as Corner;
        return [way(x, toX), way(y, toY)] as const;
      }),
    };
  }
  return around(bounds(first), bounds(last));
}

/** A box that holds a standing or sitting person whose face is `face`. */
export function bodyOf(face: Box): Box {
  const [x] = centre(face);
  const half = ((face.right - face.left) * BODY_WIDTHS) / 2;
  const height = face.bottom - face.top;
  const top = face.top - height * BODY_ABOVE;
  return { left: x - half, top, right: x + half, bottom: top + height * BODY_HEIGHTS };
}

/** Whether a point lies in a shape. */
export function holds(shape: Shape, x: number, y: number): boolean {
  if (isBox(shape)) return x >= shape.left && x <= shape.right && y >= shape.top && y <= shape.bottom;
  let inside = false;
  shape.corners.forEach(([a, b], at) => {
    const [c, d] = shape.corners.at(at - 1) as Corner;
    if (b > y !== d > y && x < ((c - a) * (y - b)) / (d - b) + a) inside = !inside;
  });
  return inside;
}

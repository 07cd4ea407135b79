/** The marks on the map and in its legend, drawn once each: a shape for what it is, a badge for its filing. */
import type { Palette } from "./palette";

export const STATES = ["connected", "draft", "retired", "forbidden", "moving", "stale"] as const;
export const FILINGS = ["", "late", "due"] as const;
/** Names of all marks: a camera's state or that it moves, with its filing behind it, and a place without a system. */
export const MARKS: readonly string[] = [
  ...STATES.flatMap((state) => FILINGS.map((filing) => markOf(state, filing))),
  "gap",
];

export function markOf(state: string, filing: string): string {
  return filing ? `${state}-${filing}` : state;
}

/** A camera's mark without its filing: where it was last is another thing than where it is declared to stand. */
export function shapeOf(row: {
  readonly state: string;
  readonly moves?: { readonly late: boolean };
}): string {
  return row.moves ? (row.moves.late ? "stale" : "moving") : row.state;
}

const EDGE = 26;
export const RATIO = 2;

/** One mark on a canvas of its own, 26 × 26 CSS pixels at twice the density. */
export function drawMark(name: string, palette: Palette): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = EDGE * RATIO;
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.scale(RATIO, RATIO);
  pen.lineWidth = 2.5;
  const [shape = "", filing] = name.split("-");
  drawShape(pen, shape, palette);
  if (filing) drawBadge(pen, filing, palette);
  return canvas;
}

function drawShape(pen: CanvasRenderingContext2D, shape: string, palette: Palette): void {
  const middle = EDGE / 2;
  pen.strokeStyle = pen.fillStyle = palette.accent;
  pen.beginPath();
  if (shape === "gap") {
    pen.strokeStyle = palette.attention;
    pen.fillStyle = palette.raised;
    pen.moveTo(middle, 4);
    for (const [x, y] of [
      [EDGE - 4, middle],
      [middle, EDGE - 4],
      [4, middle],
    ] as const)
      pen.lineTo(x, y);
    pen.closePath();
    pen.fill();
    pen.stroke();
    return;
  }
  if (shape === "forbidden") {
    pen.fillStyle = palette.danger;
    pen.fillRect(6, 6, 14, 14);
    pen.strokeStyle = palette.raised;
    cross(pen, middle, 4);
    return;
  }
  if (shape === "moving" || shape === "stale") {
    arrow(pen, middle, shape === "stale", palette);
    return;
  }
  pen.arc(middle, middle, shape === "connected" ? 7.5 : 6.5, 0, 2 * Math.PI);
  if (shape === "connected") {
    pen.fill();
    pen.strokeStyle = palette.raised;
    pen.lineWidth = 1.5;
    pen.stroke();
    return;
  }
  pen.fillStyle = palette.raised;
  pen.fill();
  if (shape === "retired") pen.strokeStyle = palette.quiet;
  pen.stroke();
  if (shape === "retired") {
    pen.beginPath();
    pen.moveTo(middle - 5, middle + 5);
    pen.lineTo(middle + 5, middle - 5);
    pen.stroke();
  }
}

/** A chevron as on a vehicle's screen: full where it was heard of lately, empty and broken where its place is old. */
function arrow(pen: CanvasRenderingContext2D, middle: number, stale: boolean, palette: Palette): void {
  pen.moveTo(middle, 4);
  pen.lineTo(middle + 8, EDGE - 5);
  pen.lineTo(middle, EDGE - 9);
  pen.lineTo(middle - 8, EDGE - 5);
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = stale ? 2 : 1.5;
  if (stale) pen.setLineDash([3, 2]);
  pen.fillStyle = stale ? palette.raised : palette.accent;
  pen.strokeStyle = stale ? palette.quiet : palette.raised;
  pen.fill();
  pen.stroke();
  pen.setLineDash([]);
}

function cross(pen: CanvasRenderingContext2D, middle: number, arm: number): void {
  pen.beginPath();
  pen.moveTo(middle - arm, middle - arm);
  pen.lineTo(middle + arm, middle + arm);
  pen.moveTo(middle + arm, middle - arm);
  pen.lineTo(middle - arm, middle + arm);
  pen.stroke();
}

/** Late is a full triangle, due an empty one, at the upper right. */
function drawBadge(pen: CanvasRenderingContext2D, filing: string, palette: Palette): void {
  pen.beginPath();
  pen.moveTo(EDGE - 7, 1.5);
  pen.lineTo(EDGE - 1, 12);
  pen.lineTo(EDGE - 13, 12);
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = 1.8;
  pen.fillStyle = filing === "late" ? palette.attention : palette.raised;
  pen.strokeStyle = palette.attention;
  pen.fill();
  pen.stroke();
}

/** Puts the marks into a legend: each `[data-mark]` gets its own. */
export function drawLegend(root: ParentNode, palette: Palette): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-mark]")) {
    const canvas = drawMark(place.dataset["mark"] ?? "", palette);
    canvas.className = "regmap__mark";
    canvas.setAttribute("aria-hidden", "true");
    place.replaceChildren(canvas);
  }
}

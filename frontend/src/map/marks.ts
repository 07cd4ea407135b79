/** The marks on the map and in its legend, drawn once each: a shape for what it is, a badge for its filing. */
import type { Palette } from "./palette";

export const STATES = ["connected", "draft", "retired", "forbidden"] as const;
export const FILINGS = ["", "late", "due"] as const;
/** Names of all marks: a camera's state, with its filing behind it, and a place without a system. */
export const MARKS: readonly string[] = [
  ...STATES.flatMap((state) => FILINGS.map((filing) => markOf(state, filing))),
  "gap",
];

export function markOf(state: string, filing: string): string {
  return filing ? `${state}-${filing}` : state;
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

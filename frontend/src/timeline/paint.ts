/** Draws the timeline on its canvas: recorded solid, gaps hatched, holds under a bar with a lock, now as a line. */
import type { TimelineData } from "../net/api";
import { columns, ticks, xOf, type View } from "./scale";

export interface Palette {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly recorded: string;
  readonly gap: string;
  readonly held: string;
  readonly now: string;
  readonly selection: string;
}

export interface Scene {
  readonly view: View;
  readonly data: TimelineData | null;
  readonly nowUs: number;
  readonly selection: readonly [number, number] | null;
  readonly marks: readonly number[];
  readonly font: string;
}

export const RULER_HEIGHT = 24;
export const TRACK_HEIGHT = 36;
export const HEIGHT = RULER_HEIGHT + TRACK_HEIGHT;
const HELD_HEIGHT = 5;

/** Paints `scene` over `width` CSS pixels. */
export function paint(
  context: CanvasRenderingContext2D,
  width: number,
  scene: Scene,
  palette: Palette,
): void {
  context.clearRect(0, 0, width, HEIGHT);
  const { view, data } = scene;
  const box = (spans: readonly (readonly [number, number, ...unknown[]])[], top: number, height: number) => {
    for (const [left, right] of columns(spans, view, width))
      context.fillRect(left, top, right - left, height);
  };
  context.fillStyle = palette.recorded;
  box(data?.runs ?? [], RULER_HEIGHT + 4, TRACK_HEIGHT - 8);
  hatch(context, columns(data?.gaps ?? [], view, width), palette.gap);
  context.fillStyle = palette.held;
  box(data?.held ?? [], HEIGHT - HELD_HEIGHT, HELD_HEIGHT);
  if (scene.selection) {
    context.globalAlpha = 0.3;
    context.fillStyle = palette.selection;
    box([scene.selection], RULER_HEIGHT, TRACK_HEIGHT);
    context.globalAlpha = 1;
    context.fillRect(xOf(view, width, scene.selection[0]) - 1, RULER_HEIGHT, 2, TRACK_HEIGHT);
    context.fillRect(xOf(view, width, scene.selection[1]) - 1, RULER_HEIGHT, 2, TRACK_HEIGHT);
  }
  ruler(context, width, scene, palette);
  context.fillStyle = palette.selection;
  for (const mark of scene.marks) flag(context, xOf(view, width, mark));
  context.fillStyle = palette.now;
  context.fillRect(Math.round(xOf(view, width, scene.nowUs)) - 1, RULER_HEIGHT - 6, 2, TRACK_HEIGHT + 6);
}

function hatch(context: CanvasRenderingContext2D, boxes: readonly [number, number][], colour: string): void {
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  for (const [left, right] of boxes) {
    context.save();
    context.beginPath();
    context.rect(left, RULER_HEIGHT + 4, right - left, TRACK_HEIGHT - 8);
    context.clip();
    context.beginPath();
    for (let x = Math.floor(left / 7) * 7 - TRACK_HEIGHT; x < right; x += 7) {
      context.moveTo(x, HEIGHT);
      context.lineTo(x + TRACK_HEIGHT, RULER_HEIGHT);
    }
    context.stroke();
    context.restore();
    context.strokeRect(
      left + 0.75,
      RULER_HEIGHT + 4.75,
      Math.max(0.5, right - left - 1.5),
      TRACK_HEIGHT - 9.5,
    );
  }
  context.restore();
}

function ruler(context: CanvasRenderingContext2D, width: number, scene: Scene, palette: Palette): void {
  context.textBaseline = "middle";
  for (const tick of ticks(scene.view, width)) {
    const x = Math.round(xOf(scene.view, width, tick.us));
    context.fillStyle = palette.line;
    context.fillRect(x, RULER_HEIGHT - 6, 1, 6 + (tick.day ? TRACK_HEIGHT : 4));
    context.font = `${tick.day ? "600 " : ""}${scene.font}`;
    context.fillStyle = tick.day ? palette.text : palette.quiet;
    const label = Math.min(x + 4, width - context.measureText(tick.label).width - 2);
    context.fillText(tick.label, Math.max(2, label), RULER_HEIGHT / 2);
  }
}

function flag(context: CanvasRenderingContext2D, x: number): void {
  context.fillRect(x - 0.75, RULER_HEIGHT - 4, 1.5, TRACK_HEIGHT + 4);
  context.beginPath();
  context.moveTo(x, RULER_HEIGHT - 4);
  context.lineTo(x + 9, RULER_HEIGHT);
  context.lineTo(x, RULER_HEIGHT + 4);
  context.fill();
}

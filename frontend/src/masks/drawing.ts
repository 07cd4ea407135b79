/** Paints masks over the picture: only those that are there at the time, and of them only what is in sight. */
import { handlesOf, type Handle } from "./edits";
import type { Palette } from "./palette";
import { bounds, isBox, type Corner, type Shape } from "./shapes";
import { begins, ends, hidden, maskOf, seenAt, type Track } from "./tracks";
import { shownPart, type Zoom } from "./zoom";

export interface Scene {
  readonly tracks: Iterable<Track>;
  /** Ticks. */
  readonly time: number;
  readonly selected: number | null;
  /** The handle that keys move. */
  readonly handle: Handle;
  /** Whether masks are filled as in the copy, instead of outlined. */
  readonly public: boolean;
  readonly zoom: Zoom;
  /** Pixels of the source. */
  readonly width: number;
  readonly height: number;
  /** Corners of a polygon being drawn, or both corners of a box. */
  readonly draft: { readonly corners: readonly Corner[]; readonly closed: boolean } | null;
}

/** CSS pixels for one pixel of the source. */
export function scaleOf(stageWidth: number, width: number, zoom: Zoom): number {
  return (stageWidth / width) * zoom.factor;
}

/** Each state has a line of its own, so that it can be told without colours. */
const DASHES: Readonly<Record<Track["state"], number[]>> = {
  open: [7, 5],
  accepted: [],
  rejected: [1.5, 4],
};
const MARKS: Readonly<Record<Track["state"], string>> = { open: "?", accepted: "✓", rejected: "✕" };

export class Painter {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly palette: Palette,
    private readonly font: string,
  ) {}

  /** How many tracks were painted. */
  paint(scene: Scene, stageWidth: number, stageHeight: number): number {
    const { context } = this;
    context.clearRect(0, 0, stageWidth, stageHeight);
    const part = shownPart(scene.zoom, scene.width, scene.height);
    const scale = scaleOf(stageWidth, scene.width, scene.zoom);
    const to = ([x, y]: Corner): Corner => [(x - part.left) * scale, (y - part.top) * scale];
    let painted = 0;
    let last: (() => void) | null = null;
    for (const track of scene.tracks) {
      if (scene.time < begins(track) || scene.time > ends(track)) continue;
      const seen = seenAt(track, scene.time);
      if (!seen) continue;
      const mask = maskOf(track, seen);
      const box = bounds(mask);
      if (box.right < part.left || box.left > part.right || box.bottom < part.top || box.top > part.bottom)
        continue;
      painted += 1;
      const chosen = track.number === scene.selected;
      const draw = () =>
        scene.public
          ? this.#fill(track, mask, to, chosen)
          : this.#outline(track, seen, mask, to, chosen, scene);
      // What is chosen lies over the rest.
      if (chosen) last = draw;
      else draw();
    }
    last?.();
    if (scene.draft) this.#draft(scene.draft, to);
    return painted;
  }

  #path(shape: Shape, to: (corner: Corner) => Corner): void {
    const { context } = this;
    context.beginPath();
    const corners = isBox(shape) ? handlesOf(shape).filter((_, at) => at % 2 === 0) : shape.corners;
    corners.forEach((corner, at) => {
      const [x, y] = to(corner);
      if (at === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    context.closePath();
  }

  /** As the copy has it: black and nothing of the picture, no number. */
  #fill(track: Track, mask: Shape, to: (corner: Corner) => Corner, chosen: boolean): void {
    if (!hidden(track)) return;
    this.#path(mask, to);
    this.context.fillStyle = "#000";
    this.context.fill("nonzero");
    if (chosen) this.#stroke(this.palette.chosen, 1.5, [3, 3]);
  }

  #outline(
    track: Track,
    seen: Shape,
    mask: Shape,
    to: (corner: Corner) => Corner,
    chosen: boolean,
    scene: Scene,
  ): void {
    const colour = this.palette[track.state];
    this.#path(mask, to);
    if (chosen) {
      this.context.fillStyle = colour;
      this.context.globalAlpha = 0.18;
      this.context.fill();
      this.context.globalAlpha = 1;
    }
    this.#stroke(colour, chosen ? 3 : 2, DASHES[track.state]);
    this.#number(track, bounds(mask), to, chosen, colour);
    if (!chosen) return;
    this.#path(seen, to);
    this.#stroke(this.palette.chosen, 1.5, []);
    handlesOf(seen).forEach((corner, at) => this.#handle(to(corner), at === scene.handle));
  }

  /** A dark line under a light one: it is seen on any picture. */
  #stroke(colour: string, width: number, dash: number[]): void {
    const { context } = this;
    context.setLineDash([]);
    context.lineWidth = width + 2;
    context.strokeStyle = "rgb(0 0 0 / 0.65)";
    context.stroke();
    context.setLineDash(dash);
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
    context.setLineDash([]);
  }

  #handle([x, y]: Corner, chosen: boolean): void {
    const { context } = this;
    const half = chosen ? 6 : 4;
    context.fillStyle = chosen ? this.palette.open : this.palette.chosen;
    context.strokeStyle = "rgb(0 0 0 / 0.8)";
    context.lineWidth = 1.5;
    context.beginPath();
    context.rect(x - half, y - half, 2 * half, 2 * half);
    context.fill();
    context.stroke();
  }

  #number(
    track: Track,
    box: ReturnType<typeof bounds>,
    to: (corner: Corner) => Corner,
    chosen: boolean,
    colour: string,
  ): void {
    const { context } = this;
    const text = `${track.number > 0 ? track.number : "+"}${MARKS[track.state]}`;
    context.font = `${chosen ? 700 : 600} 12px ${this.font}`;
    const [x, y] = to([box.left, box.top]);
    const width = context.measureText(text).width + 8;
    // Inside of the picture where the box reaches over its edge.
    const [left, top] = [Math.max(x, 0), Math.max(y - 18, 0)];
    context.fillStyle = "rgb(0 0 0 / 0.8)";
    context.fillRect(left, top, width, 17);
    context.fillStyle = colour;
    context.textBaseline = "middle";
    context.fillText(text, left + 4, top + 9);
  }

  #draft(draft: NonNullable<Scene["draft"]>, to: (corner: Corner) => Corner): void {
    const { context } = this;
    context.beginPath();
    draft.corners.forEach((corner, at) => {
      const [x, y] = to(corner);
      if (at === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    if (draft.closed) context.closePath();
    this.#stroke(this.palette.chosen, 2, [4, 3]);
    if (!draft.closed) draft.corners.forEach((corner, at) => this.#handle(to(corner), at === 0));
  }
}

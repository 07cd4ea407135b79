/** The bar under the picture: time from left to right, a lane for each track, samples above, and the needle that is dragged. */
import { el } from "../dom/build";
import type { Desk } from "./desk";
import { laneAt, layLanes, type Lane, type Lanes } from "./lanes_layout";
import type { Colours } from "./palette";
import { told } from "./times";
import type { Track } from "./tracks";

/** CSS pixels. */
const HEAD = 16;
const ROW = 12;
const LEAST = 4;

export class LaneBar {
  readonly element: HTMLElement;
  #canvas = el("canvas", { class: "masks__lanes-canvas", "aria-hidden": "true" });
  #needle = el("span", { class: "masks__needle", "aria-hidden": "true" });
  #room = el("div", { class: "masks__lanes-room" });
  #lanes: Lanes = { lanes: [], rows: 0 };
  #laid: readonly Track[] = [];
  #dragging = false;
  #sizes = new ResizeObserver(() => this.#paint());
  /** How long the last paint took, for those who measure. */
  readonly measured = { lanes: 0, ms: 0 };

  constructor(
    private readonly desk: Desk,
    private readonly colours: Colours,
  ) {
    const { say, film } = desk;
    this.#room.append(this.#canvas, this.#needle);
    this.element = el(
      "div",
      {
        class: "masks__lanes",
        role: "slider",
        tabindex: 0,
        "aria-label": say("lanes"),
        "aria-orientation": "horizontal",
        "aria-valuemin": 0,
        "aria-valuemax": film.times.last,
      },
      this.#room,
    );
    this.element.addEventListener("scroll", () => this.#paint(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("pointerdown", (event) => this.#down(event));
    this.element.addEventListener("pointermove", (event) => {
      if (this.#dragging) film.goTo(this.#ticks(event));
    });
    for (const end of ["pointerup", "pointercancel"])
      this.element.addEventListener(end, () => (this.#dragging = false));
    this.#sizes.observe(this.element);
  }

  end(): void {
    this.#sizes.disconnect();
  }

  /** Where the needle stands: as often as pictures change. */
  move(): void {
    const { film, say } = this.desk;
    const at = film.now / Math.max(this.#length, 1);
    this.#needle.style.setProperty("inset-inline-start", `${at * 100}%`);
    this.element.setAttribute("aria-valuenow", String(film.index));
    const values = { picture: film.index + 1, pictures: film.times.last + 1, time: told(film.now) };
    this.element.setAttribute("aria-valuetext", say("time", values));
  }

  /** Tracks, samples or the choice have changed. */
  update(): void {
    const tracks = [...this.desk.tracks()];
    const same = tracks.length === this.#laid.length && tracks.every((one, at) => one === this.#laid[at]);
    if (!same) {
      this.#laid = tracks;
      this.#lanes = layLanes(tracks, this.#length / 200);
    }
    this.#paint();
    this.move();
  }

  get #length(): number {
    const { times } = this.desk.film;
    return times.of(times.last);
  }

  #ticks(event: { clientX: number }): number {
    const box = this.#room.getBoundingClientRect();
    return Math.max(0, ((event.clientX - box.left) / Math.max(box.width, 1)) * this.#length);
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { desk } = this;
    const box = this.#room.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top - HEAD) / ROW);
    const ticks = this.#ticks(event);
    const lane = row < 0 ? null : laneAt(this.#lanes, row, ticks, (this.#length / box.width) * 3);
    // A finger on the rows may want to scroll them: there it chooses, and seeks on the head.
    const seeks = event.pointerType === "mouse" || row < 0 || this.#lanes.rows * ROW <= this.#height;
    if (seeks) {
      this.#dragging = true;
      this.element.setPointerCapture(event.pointerId);
    }
    desk.settle();
    desk.film.goTo(ticks);
    if (lane) desk.select(lane.number);
  }

  get #height(): number {
    return this.element.clientHeight - HEAD;
  }

  #key(event: KeyboardEvent): void {
    const { film } = this.desk;
    const second = (by: number) => film.goTo(Math.max(0, film.now + by * 90_000));
    const acts: Record<string, () => void> = {
      ArrowLeft: () => film.step(-1),
      ArrowRight: () => film.step(1),
      ArrowDown: () => second(-1),
      ArrowUp: () => second(1),
      PageDown: () => second(-10),
      PageUp: () => second(10),
      Home: () => film.go(0),
      End: () => film.go(film.times.last),
      " ": () => film.toggle(),
    };
    const act = acts[event.key];
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.desk.settle();
    act();
  }

  /** Paints the rows in sight. */
  #paint(): void {
    const begun = performance.now();
    const { element } = this;
    const context = this.#canvas.getContext("2d");
    const [width, height] = [element.clientWidth, element.clientHeight];
    this.#room.style.setProperty("block-size", `${HEAD + this.#lanes.rows * ROW + 4}px`);
    if (!context || width === 0) return;
    const ratio = devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { palette } = this.colours;
    const scroll = element.scrollTop;
    const scale = width / Math.max(this.#length, 1);
    let painted = 0;
    for (const lane of this.#lanes.lanes) {
      const y = HEAD + lane.row * ROW - scroll;
      if (y + ROW < HEAD || y > height) continue;
      painted += 1;
      this.#lane(context, lane, y + 1, scale, palette);
    }
    context.fillStyle = palette.ground;
    context.fillRect(0, 0, width, HEAD - 2);
    context.fillStyle = palette.line;
    context.fillRect(0, HEAD - 2, width, 1);
    const { document, looked } = this.desk.store;
    for (const sample of document.samples)
      this.#sample(
        context,
        Math.min(Math.max(sample * scale, 5), width - 5),
        looked.has(sample),
        palette.text,
      );
    this.measured.lanes = painted;
    this.measured.ms = performance.now() - begun;
  }

  #lane(
    context: CanvasRenderingContext2D,
    lane: Lane,
    y: number,
    scale: number,
    palette: Colours["palette"],
  ): void {
    const x = lane.begins * scale;
    const width = Math.max((lane.ends - lane.begins) * scale, LEAST);
    const height = ROW - 3;
    const colour = palette[lane.state];
    context.lineWidth = 1.5;
    context.strokeStyle = colour;
    context.fillStyle = colour;
    if (lane.state === "accepted") context.fillRect(x, y, width, height);
    else context.strokeRect(x + 0.75, y + 0.75, Math.max(width - 1.5, 1), height - 1.5);
    if (lane.state === "open") {
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      context.beginPath();
      for (let at = x - height; at < x + width; at += 5) {
        context.moveTo(at, y + height);
        context.lineTo(at + height, y);
      }
      context.stroke();
      context.restore();
    }
    if (lane.number !== this.desk.selected) return;
    context.strokeStyle = palette.text;
    context.lineWidth = 2;
    context.strokeRect(x - 1, y - 1, width + 2, height + 2);
  }

  #sample(context: CanvasRenderingContext2D, x: number, looked: boolean, colour: string): void {
    context.beginPath();
    context.moveTo(x - 4, 3);
    context.lineTo(x + 4, 3);
    context.lineTo(x, 11);
    context.closePath();
    context.fillStyle = context.strokeStyle = colour;
    context.lineWidth = 1.2;
    if (looked) context.fill();
    else context.stroke();
  }
}

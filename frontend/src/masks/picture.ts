/** The picture: film, masks over it, and what hands and keys do there. */
import { el } from "../dom/build";
import type { Desk } from "./desk";
import { Painter, scaleOf } from "./drawing";
import { boxBetween, dragged, handlesOf, middleShape, resized, type Handle } from "./edits";
import { actionOf, type PictureKey } from "./keys";
import type { Colours } from "./palette";
import { bounds, holds, type Corner, type Shape } from "./shapes";
import { maskAt } from "./tracks";
import { kept, showing, shownPart, WHOLE, zoomedAt, type Zoom } from "./zoom";

/** CSS pixels around a handle in which it is taken hold of: of a mouse, of a finger. */
const REACH = { mouse: 9, touch: 22 } as const;
const DRAG_FROM = 3;

type Grip =
  | { readonly kind: "shape"; readonly handle: Handle; readonly shape: Shape; readonly from: Corner }
  | { readonly kind: "pan"; readonly zoom: Zoom; readonly from: Corner }
  | { readonly kind: "box"; readonly from: Corner };

export class Picture {
  readonly element: HTMLElement;
  readonly canvas = el("canvas", { class: "masks__over", "aria-hidden": "true" });
  zoom: Zoom = WHOLE;
  /** How many tracks the last paint drew, and how long it took: for those who measure. */
  readonly measured = { tracks: 0, ms: 0 };
  #corners: Corner[] = [];
  #grip: Grip | null = null;
  #moved = false;
  #fingers = new Map<number, Corner>();
  #room = new ResizeObserver(() => this.#fit());

  constructor(
    private readonly desk: Desk,
    private readonly colours: Colours,
  ) {
    const { width, height } = desk.store.document;
    this.element = el(
      "div",
      { class: "masks__stage", role: "application", tabindex: 0, "aria-label": desk.say("picture") },
      desk.film.video,
      this.canvas,
    );
    this.element.style.setProperty("aspect-ratio", `${width} / ${height}`);
    this.element.style.setProperty("--ratio", String(width / height));
    this.element.addEventListener("pointerdown", (event) => this.#down(event));
    this.element.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"] as const)
      this.element.addEventListener(end, (event) => this.#up(event));
    this.element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("blur", () => desk.settle());
    this.#room.observe(this.element);
  }

  end(): void {
    this.#room.disconnect();
  }

  /** Paints the masks of the picture that is shown. */
  paint(): void {
    const { desk, canvas } = this;
    const context = canvas.getContext("2d");
    const [width, height] = [this.element.clientWidth, this.element.clientHeight];
    if (!context || width === 0) return;
    const begun = performance.now();
    const ratio = devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const painter = new Painter(context, this.colours.palette, getComputedStyle(this.element).fontFamily);
    const { document } = desk.store;
    this.measured.tracks = painter.paint(
      {
        tracks: desk.tracks(),
        time: desk.film.now,
        selected: desk.selected,
        handle: desk.handle,
        public: desk.public,
        zoom: this.zoom,
        width: document.width,
        height: document.height,
        draft: desk.drawing ? { corners: this.#corners, closed: desk.drawing === "box" } : null,
      },
      width,
      height,
    );
    this.measured.ms = performance.now() - begun;
    this.element.dataset["held"] = String(
      desk.drawing !== null || this.zoom.factor > 1 || desk.shape !== null,
    );
    this.element.dataset["drawing"] = String(desk.drawing !== null);
  }

  /** Enlarges around the chosen mask, or the middle of what is seen. */
  zoomBy(by: number): void {
    const { width, height } = this.desk.store.document;
    const part = shownPart(this.zoom, width, height);
    const box = this.desk.shape ? bounds(this.desk.shape) : part;
    const at: Corner = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    this.#set(zoomedAt(this.zoom, by === 0 ? 1 : this.zoom.factor * by, at, [width, height]));
  }

  /** Brings the chosen mask into sight where the picture is enlarged. */
  reveal(): void {
    const { shape, track } = this.desk;
    const { width, height } = this.desk.store.document;
    if (shape && track) this.#set(showing(this.zoom, bounds(shape), width, height));
  }

  /** A shape in the middle of what is seen, for who doesn't draw by hand. */
  putInMiddle(): void {
    const { width, height } = this.desk.store.document;
    this.#finish(middleShape(shownPart(this.zoom, width, height), this.desk.drawing === "polygon"));
    this.element.focus();
  }

  #set(zoom: Zoom): void {
    const { width, height } = this.desk.store.document;
    this.zoom = kept(zoom, width, height);
    this.#fit();
    this.desk.changed();
  }

  #fit(): void {
    const { zoom, element, canvas } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [element.clientWidth, element.clientHeight];
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across) canvas.width = across;
    if (canvas.height !== down) canvas.height = down;
    const scale = width / this.desk.store.document.width;
    const [x, y] = [-zoom.left * scale * zoom.factor, -zoom.top * scale * zoom.factor];
    this.desk.film.video.style.setProperty("transform", `translate(${x}px, ${y}px) scale(${zoom.factor})`);
    this.paint();
  }

  get #scale(): number {
    return scaleOf(this.element.clientWidth, this.desk.store.document.width, this.zoom);
  }

  /** The place of the picture under a pointer, pixels of the source. */
  #place(event: { clientX: number; clientY: number }): Corner {
    const box = this.element.getBoundingClientRect();
    const scale = this.#scale;
    return [
      (event.clientX - box.left) / scale + this.zoom.left,
      (event.clientY - box.top) / scale + this.zoom.top,
    ];
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { desk } = this;
    const from = this.#place(event);
    this.#fingers.set(event.pointerId, from);
    this.element.setPointerCapture(event.pointerId);
    this.#moved = false;
    if (this.#fingers.size > 1) {
      // Two fingers enlarge; what one had begun is let go.
      this.#grip = null;
      this.#corners = desk.drawing === "box" ? [] : this.#corners;
      desk.release();
    } else if (desk.drawing === "polygon") this.#corner(from, event.pointerType);
    else if (desk.drawing === "box") {
      this.#grip = { kind: "box", from };
      this.#corners = [];
    } else this.#grip = this.#gripAt(from, event.pointerType);
  }

  /** What a pointer takes hold of: a handle, the chosen mask, or the picture. */
  #gripAt(at: Corner, pointer: string): Grip {
    const { shape, readonly } = this.desk;
    const pan: Grip = { kind: "pan", zoom: this.zoom, from: at };
    if (!shape || readonly) return pan;
    const reach = REACH[pointer === "mouse" ? "mouse" : "touch"] / this.#scale;
    const far = ([x, y]: Corner) => Math.hypot(x - at[0], y - at[1]);
    const near = handlesOf(shape)
      .map((corner, handle) => ({ handle, far: far(corner) }))
      .filter((one) => one.far <= reach)
      .sort((one, two) => one.far - two.far)[0];
    // Of a small mask the handles cover all: its middle is for moving it.
    const box = bounds(shape);
    const inner = Math.min(box.right - box.left, box.bottom - box.top) / 4;
    const middle = far([(box.left + box.right) / 2, (box.top + box.bottom) / 2]) < inner;
    if (near && !middle) return { kind: "shape", handle: near.handle, shape, from: at };
    return holds(shape, ...at) ? { kind: "shape", handle: "whole", shape, from: at } : pan;
  }

  #move(event: PointerEvent): void {
    const grip = this.#grip;
    if (this.#fingers.size > 1) return this.#pinch(event);
    if (!grip || !this.#fingers.has(event.pointerId)) return;
    const { desk } = this;
    const at = this.#place(event);
    const scale = this.#scale;
    if (!this.#moved && Math.hypot(at[0] - grip.from[0], at[1] - grip.from[1]) * scale < DRAG_FROM) return;
    this.#moved = true;
    if (grip.kind === "box") {
      const [[a, b], [c, d]] = [grip.from, at];
      this.#corners = [[a, b], [c, b], [c, d], [a, d]]; // prettier-ignore
      this.paint();
    } else if (grip.kind === "shape") {
      if (desk.film.playing) desk.film.pause();
      const [x, y] = [at[0] - grip.from[0], at[1] - grip.from[1]];
      const track = desk.placed(dragged(grip.shape, grip.handle, x, y));
      if (track) desk.hold(track);
    } else if (this.zoom.factor > 1) {
      const [x, y] = [at[0] - grip.from[0], at[1] - grip.from[1]];
      this.#set({ ...this.zoom, left: this.zoom.left - x, top: this.zoom.top - y });
    }
  }

  #pinch(event: PointerEvent): void {
    const before = [...this.#fingers.values()];
    const [first, second] = before;
    if (!first || !second || !this.#fingers.has(event.pointerId)) return;
    this.#fingers.set(event.pointerId, this.#place(event));
    const [one, two] = [...this.#fingers.values()] as [Corner, Corner];
    const apart = (a: Corner, b: Corner) => Math.max(Math.hypot(a[0] - b[0], a[1] - b[1]), 1);
    const { width, height } = this.desk.store.document;
    const by = apart(one, two) / apart(first, second);
    const middle: Corner = [(one[0] + two[0]) / 2, (one[1] + two[1]) / 2];
    this.#set(zoomedAt(this.zoom, this.zoom.factor * by, middle, [width, height]));
    this.#fingers.set(event.pointerId, this.#place(event));
  }

  #up(event: PointerEvent): void {
    const grip = this.#grip;
    this.#fingers.delete(event.pointerId);
    if (!grip) return;
    this.#grip = null;
    const { desk } = this;
    const at = this.#place(event);
    if (event.type === "pointercancel") {
      this.#corners = [];
      desk.release();
    } else if (grip.kind === "box") {
      const box = boxBetween(grip.from, at);
      this.#corners = [];
      if (box) this.#finish(box);
      else this.paint();
    } else if (this.#moved && grip.kind === "shape") desk.settle();
    else if (!this.#moved) this.#choose(at);
  }

  /** Chooses the smallest mask under the pointer that isn't chosen yet; none where nothing is. */
  #choose([x, y]: Corner): void {
    const under: { number: number; area: number }[] = [];
    for (const track of this.desk.tracks()) {
      const mask = maskAt(track, this.desk.film.now);
      if (!mask || !holds(mask, x, y)) continue;
      const box = bounds(mask);
      under.push({ number: track.number, area: (box.right - box.left) * (box.bottom - box.top) });
    }
    under.sort((one, two) => one.area - two.area);
    // Pressed again, the next larger one under it.
    const at = under.findIndex((one) => one.number === this.desk.selected);
    this.desk.select(under[(at + 1) % Math.max(under.length, 1)]?.number ?? null);
  }

  #corner(at: Corner, pointer: string): void {
    const first = this.#corners[0];
    const reach = REACH[pointer === "mouse" ? "mouse" : "touch"] / this.#scale;
    if (first && this.#corners.length >= 3 && Math.hypot(at[0] - first[0], at[1] - first[1]) <= reach)
      return this.#finish({ corners: this.#corners });
    if (this.#corners.length < 64) this.#corners.push(at);
    this.paint();
  }

  #finish(shape: Shape): void {
    this.#corners = [];
    this.desk.add(shape);
    this.element.focus({ preventScroll: true });
  }

  #wheel(event: WheelEvent): void {
    // A wheel alone scrolls the page, as everywhere; with Ctrl (and by two fingers on a pad) it enlarges.
    if (!event.ctrlKey && this.zoom.factor === 1) return;
    event.preventDefault();
    const { width, height } = this.desk.store.document;
    if (event.ctrlKey) {
      const factor = this.zoom.factor * Math.exp(-event.deltaY / 200);
      this.#set(zoomedAt(this.zoom, factor, this.#place(event), [width, height]));
    } else {
      const scale = this.#scale;
      const [left, top] = [this.zoom.left + event.deltaX / scale, this.zoom.top + event.deltaY / scale];
      this.#set({ ...this.zoom, left, top });
    }
  }

  #key(event: KeyboardEvent): void {
    const action = actionOf(event);
    if (action && this.#act(action)) event.preventDefault();
  }

  /** Does what a key says; whether there was anything to do. */
  #act(key: PictureKey): boolean {
    const { desk } = this;
    const step = Math.max(1, Math.round(2 / this.#scale));
    switch (key.kind) {
      case "arrow":
        return this.#arrow(key.x * step, key.y * step, key.how);
      case "zoom":
        this.zoomBy(key.by);
        return true;
      case "escape":
        return this.#escape();
      case "enter":
        if (desk.drawing && this.#corners.length >= 3) this.#finish({ corners: this.#corners });
        else if (desk.drawing) this.putInMiddle();
        else return false;
        return true;
      case "handle":
        desk.nextHandle();
        return true;
      case "step":
        desk.settle();
        desk.film.step(key.by);
        return true;
      case "toggle":
        desk.film.toggle();
        return true;
      case "next":
        desk.selectNext();
        return true;
      case "do":
        return desk[key.verb]();
    }
  }

  #arrow(x: number, y: number, how: "plain" | "resize" | "pan"): boolean {
    const { desk, zoom } = this;
    if (how === "pan") {
      const far = 20;
      this.#set({ ...zoom, left: zoom.left + x * far, top: zoom.top + y * far });
      return zoom.factor > 1;
    }
    const { shape } = desk;
    if (!shape || desk.readonly) {
      if (how === "plain" && x !== 0) desk.film.step(Math.sign(x));
      return how === "plain" && x !== 0;
    }
    if (desk.film.playing) desk.film.pause();
    // Down and right make it larger, up and left smaller.
    const track = desk.placed(how === "resize" ? resized(shape, x, y) : dragged(shape, desk.handle, x, y));
    if (track) desk.holdAwhile(track);
    return true;
  }

  #escape(): boolean {
    const { desk } = this;
    this.#corners = [];
    if (desk.drawing) desk.draw(null);
    else if (desk.handle !== "whole") desk.handle = "whole";
    else return false;
    desk.changed();
    return true;
  }
}

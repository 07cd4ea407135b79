/**
 * `<custodes-timeline for="PLAYER-ID">`: what was recorded of the player's camera, live and playback on one line.
 * Events: `custodes-span` ({from, to} in µs UTC, or null) when the selection changes. A player that it serves is moved;
 * without one (`camera="UUID"` alone) it emits `custodes-seek` ({us}). With `device` the camera's device may be asked for its own recordings.
 */
import { el, setText } from "../dom/build";
import { icon, type IconName } from "../dom/icons";
import { gapReason, pageLanguage, t, type Key } from "../i18n/translate";
import type { CustodesPlayer, PositionDetail } from "../player/element";
import { moment } from "../time/words";
import type { RecordingsTold } from "../view/protocol";
import { DAY_US, HOUR_US, setTimeZone } from "../time/zone";
import type { DeviceLane } from "./device_lane";
import { TimelineLists } from "./lists";
import { HEIGHT, paint } from "./paint";
import { readPalette } from "./palette";
import { wirePointer } from "./pointer";
import type { Preview } from "./preview";
import { around, clampView, keyStep, lengthOf, pan, usAt, xOf, zoomAround, type View } from "./scale";
import { gapsIn, statusAt } from "./status";
import { TimelineStore } from "./store";

const LENGTHS: readonly (readonly [number, Key])[] = [
  [600e6, "timeline.span.minute"],
  [HOUR_US, "timeline.span.hour"],
  [DAY_US, "timeline.span.day"],
  [7 * DAY_US, "timeline.span.week"],
  [30 * DAY_US, "timeline.span.month"],
];
/** After a hand moved the view it is left alone for so long before it follows the picture again. */
const LEFT_ALONE_MS = 8000;

export class CustodesTimeline extends HTMLElement {
  #track = el("div", {
    class: "timeline__track",
    role: "slider",
    tabindex: 0,
    "aria-orientation": "horizontal",
  });
  #stage = el("div", { class: "timeline__stage" }, this.#track);
  #canvas = el("canvas", { "aria-hidden": "true" });
  #needle = el("div", { class: "timeline__needle", "aria-hidden": "true" });
  #readout = el("output", { class: "timeline__readout" });
  #length = el("select", { "aria-label": t("timeline.view") });
  #lists = new TimelineLists(
    (us) => this.#go(us),
    () => this.select(null),
  );
  #device: DeviceLane | null = null;
  #store: TimelineStore | null = null;
  #view: View = { from: 0, to: HOUR_US };
  #position: number | null = null;
  #scrubbing: number | null = null;
  #hover: number | null = null;
  #live = true;
  #touched = 0;
  #edges: { start: number | null; end: number | null } = { start: null, end: null };
  #marks: number[] = [];
  #player: CustodesPlayer | null = null;
  #preview: Preview | null = null;
  #previewComes = false;
  #pointed: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #resize: ResizeObserver | null = null;

  connectedCallback(): void {
    setTimeZone(document.documentElement.dataset["timeZone"]);
    if (!this.classList.contains("timeline")) this.#build();
    this.#player = document.getElementById(this.getAttribute("for") ?? "") as CustodesPlayer | null;
    this.#listen();
    const camera = this.getAttribute("camera") ?? this.#player?.getAttribute("camera") ?? "";
    const only = this.#player?.grantedSpan;
    this.#view = only ? { from: only[0], to: only[1] } : around(this.#now, HOUR_US, 0.95, this.#now);
    this.#store = new TimelineStore(camera, () => this.#draw());
    this.#timer = setInterval(() => this.#tick(), 1000);
    this.#resize = new ResizeObserver(() => this.#draw());
    this.#resize.observe(this.#track);
    this.#tick();
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
    this.#resize?.disconnect();
    this.#store?.close();
    this.#preview?.end();
    this.#preview?.element.remove();
    this.#preview = null;
    this.#previewComes = false;
  }

  /** What is selected, µs UTC. */
  get selection(): readonly [number, number] | null {
    const { start, end } = this.#edges;
    return start !== null && end !== null && end > start ? [start, end] : null;
  }

  /** Selects a span, or nothing. */
  select(span: readonly [number, number] | null): void {
    this.#edges = { start: span?.[0] ?? null, end: span?.[1] ?? null };
    this.#selected();
  }

  get view(): View {
    return this.#view;
  }

  /** Shows this span of time. */
  set view(view: View) {
    this.#touched = Date.now();
    this.#view = clampView(view, this.#now);
    this.#draw();
  }

  get #now(): number {
    return this.#player?.nowUs ?? Date.now() * 1000;
  }

  /** Where the picture is; before there is one, where it begins. */
  get #here(): number {
    return this.#position ?? this.#player?.grantedSpan?.[0] ?? this.#now;
  }

  get #width(): number {
    return this.#track.clientWidth;
  }

  #build(): void {
    this.classList.add("timeline");
    const tool = (name: IconName, label: Key, act: () => void) => {
      const button = el(
        "button",
        { class: "icon-button", type: "button", "aria-label": t(label), title: t(label) },
        icon(name),
      );
      button.addEventListener("click", act);
      return button;
    };
    this.#length.append(...LENGTHS.map(([length, label]) => el("option", { value: length }, t(label))));
    this.#length.addEventListener("change", () => {
      this.view = around(this.#here, Number(this.#length.value), this.#live ? 0.95 : 0.5, this.#now);
    });
    this.#track.setAttribute("aria-label", t("timeline.label"));
    // Not a `title` of the track: the browser would lay it over the preview.
    this.#track.setAttribute("aria-description", t("timeline.hint"));
    this.#readout.title = t("timeline.hint");
    this.#track.append(this.#canvas, this.#needle);
    this.append(
      el(
        "div",
        { class: "timeline__tools" },
        this.#readout,
        this.#length,
        tool("minus", "timeline.zoomOut", () => this.#zoom(2)),
        tool("plus", "timeline.zoomIn", () => this.#zoom(0.5)),
      ),
      this.#stage,
      this.#lists.element,
    );
    if (this.hasAttribute("device")) void this.#addDevice();
    wirePointer(this.#track, {
      hover: (x) => {
        this.#hover = x;
        this.#read();
      },
      point: (x) => {
        this.#pointed = x;
        this.#aim();
      },
      scrub: (x, done) => this.#scrub(x, done),
      pan: (pixels) =>
        (this.view = pan(this.#view, (pixels / this.#width) * lengthOf(this.#view), this.#now)),
      zoom: (factor, x) =>
        (this.view = zoomAround(this.#view, factor, usAt(this.#view, this.#width, x), this.#now)),
    });
    this.#track.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Loaded for cameras behind a device alone. */
  async #addDevice(): Promise<void> {
    const { DeviceLane } = await import("./device_lane");
    this.#device = new DeviceLane({
      ask: (from, to) => this.#player?.askRecordings(from, to),
      play: (us) => {
        this.#touched = 0;
        void this.#player?.seek(Math.round(us), "device");
      },
    });
    this.#readout.after(this.#device.button);
    this.#stage.after(this.#device.element);
    this.#draw();
  }

  /** Loaded when a pointer first rests here. Single pictures are none of what a supervised session shows. */
  async #addPreview(): Promise<void> {
    if (this.#previewComes || !this.#player || this.hasAttribute("plain")) return;
    this.#previewComes = true;
    const { Preview } = await import("./preview");
    if (!this.#player || !this.isConnected || this.#preview) return;
    this.#stage.append((this.#preview = new Preview(this.#player)).element);
    this.#aim();
  }

  #listen(): void {
    const player = this.#player;
    if (!player) return;
    player.addEventListener("custodes-recordings", (event) => {
      this.#device?.told((event as CustomEvent<RecordingsTold>).detail);
      this.#draw();
    });
    player.addEventListener("custodes-position", (event) => {
      const { us, live } = (event as CustomEvent<PositionDetail>).detail;
      this.#position = us;
      this.#live = live;
      this.#follow();
      this.#draw();
    });
    player.addEventListener("custodes-mark", (event) => {
      const { us } = (event as CustomEvent<{ us: number }>).detail;
      this.#marks = [...this.#marks, us].sort((a, b) => a - b).slice(-20);
      this.#draw();
    });
    player.addEventListener("custodes-span-edge", (event) => {
      const { edge, us } = (event as CustomEvent<{ edge: "start" | "end"; us: number }>).detail;
      this.#edges[edge] = us;
      const { start, end } = this.#edges;
      if (start !== null && end !== null && end <= start)
        this.#edges[edge === "start" ? "end" : "start"] = null;
      this.#selected();
    });
  }

  #selected(): void {
    const span = this.selection;
    const detail = span ? { from: span[0], to: span[1] } : null;
    this.dispatchEvent(new CustomEvent("custodes-span", { detail, bubbles: true }));
    this.#draw();
  }

  #go(us: number): void {
    this.#touched = 0;
    // What is clicked here is our own archive, whatever was played until now.
    if (this.#player) void this.#player.seek(us, "archive");
    else this.dispatchEvent(new CustomEvent("custodes-seek", { detail: { us }, bubbles: true }));
  }

  #scrub(x: number, done: boolean): void {
    const us = usAt(this.#view, this.#width, Math.min(Math.max(0, x), this.#width));
    this.#scrubbing = done ? null : us;
    this.#touched = Date.now();
    if (done) {
      this.#position = us;
      this.#go(us);
    }
    this.#draw();
  }

  #zoom(factor: number): void {
    this.view = zoomAround(this.#view, factor, this.#here, this.#now);
  }

  #key(event: KeyboardEvent): void {
    const from = this.#here;
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: -keyStep(this.#view),
      ArrowRight: keyStep(this.#view),
      PageUp: lengthOf(this.#view) / 5,
      PageDown: -lengthOf(this.#view) / 5,
    };
    const move = event.altKey || event.ctrlKey || event.metaKey ? undefined : moves[event.key];
    if (move !== undefined) this.#go(Math.round(from + move));
    else if (event.key === "Home") this.#go(this.#view.from);
    else if (event.key === "+" || event.key === "=") this.#zoom(0.5);
    else if (event.key === "-") this.#zoom(2);
    else {
      this.#player?.key(event);
      return;
    }
    event.preventDefault();
  }

  /** Keeps the picture's time in view, unless a hand is or was just there. */
  #follow(): void {
    const at = this.#position;
    if (at === null || this.#scrubbing !== null || Date.now() - this.#touched < LEFT_ALONE_MS) return;
    const share = (at - this.#view.from) / lengthOf(this.#view);
    if (this.#live && share > 0.96) this.#view = around(at, lengthOf(this.#view), 0.95, this.#now);
    else if (share < 0 || share > 1) this.#view = around(at, lengthOf(this.#view), 0.5, this.#now);
  }

  #tick(): void {
    if (document.hidden) return;
    this.#follow();
    this.#draw();
  }

  #draw(): void {
    const width = this.#width;
    if (width <= 0 || !this.#store) return;
    const scale = devicePixelRatio || 1;
    const [across, down] = [Math.round(width * scale), Math.round(HEIGHT * scale)];
    if (this.#canvas.width !== across || this.#canvas.height !== down) {
      this.#canvas.width = across;
      this.#canvas.height = down;
    }
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const { palette, font } = readPalette(this);
    const { data } = this.#store;
    const selection = this.selection;
    paint(
      context,
      width,
      { view: this.#view, data, nowUs: this.#now, selection, marks: this.#marks, font },
      palette,
    );
    this.#store.need(this.#view, this.#now);
    this.#describe();
    this.#aim();
    this.#device?.draw(this.#view, width, this.#here, this.#now);
    const inView = ([from, to]: readonly [number, number]) => to > this.#view.from && from < this.#view.to;
    const held = (data?.held ?? []).filter(inView).slice(0, 20);
    const filled = (data?.filled ?? []).filter(inView);
    this.#lists.show({ gaps: gapsIn(data, this.#view), filled, held, marks: this.#marks, selection });
  }

  #describe(): void {
    const at = this.#scrubbing ?? this.#here;
    const x = xOf(this.#view, this.#width, at);
    this.#needle.hidden = x < 0 || x > this.#width;
    this.#needle.style.translate = `${x}px 0`;
    this.#track.setAttribute("aria-valuemin", String(Math.round(this.#view.from / 1e6)));
    this.#track.setAttribute("aria-valuemax", String(Math.round(this.#view.to / 1e6)));
    this.#track.setAttribute("aria-valuenow", String(Math.round(at / 1e6)));
    this.#track.setAttribute("aria-valuetext", this.#words(at));
    const nearest = LENGTHS.find(([length]) => lengthOf(this.#view) <= length * 1.01)?.[0] ?? 30 * DAY_US;
    if (document.activeElement !== this.#length) this.#length.value = String(nearest);
    this.#read();
  }

  #words(us: number): string {
    const status = statusAt(this.#store?.data ?? null, us, this.#now + 1e6);
    const state =
      status.kind === "gap"
        ? t("timeline.gap", { reason: gapReason(status.reason) })
        : t(`timeline.${status.kind}`);
    return t("timeline.value", { time: moment(us, pageLanguage()), state });
  }

  /** Tells the preview what lies under the pointer now. */
  #aim(): void {
    const [x, width] = [this.#pointed, this.#width];
    if (x === null || width <= 0) return this.#preview?.point(null);
    if (!this.#preview) void this.#addPreview();
    const us = usAt(this.#view, width, Math.min(Math.max(0, x), width));
    const status = statusAt(this.#store?.data ?? null, us, this.#now);
    this.#preview?.point({ x, width, us, pixelUs: lengthOf(this.#view) / width, status });
  }

  #read(): void {
    if (this.#store?.failed) return setText(this.#readout, t("timeline.failed"));
    const hover = this.#hover === null ? null : usAt(this.#view, this.#width, this.#hover);
    setText(this.#readout, this.#words(this.#scrubbing ?? hover ?? this.#here));
  }
}

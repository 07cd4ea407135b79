/**
 * What the camera's device has recorded itself, as a second band under the timeline: asked for by hand alone, since it is a question to a device,
 * told apart by outline, hatch and words, and played by a click. Each recording is a button, so that keys reach it too.
 */
import { el, setText } from "../dom/build";
import { deviceStep, t } from "../i18n/translate";
import { DAY_US } from "../time/zone";
import type { RecordingsTold } from "../view/protocol";
import { spanText } from "./lists";
import { lengthOf, usAt, xOf, type View } from "./scale";

/** Buttons in the band; of more the first are shown, and zooming in shows the others. */
const MOST_SHOWN = 120;
const LEAST_PIXELS = 3;

export type Spans = readonly (readonly [number, number])[];

export interface LaneListener {
  ask(from: number, to: number): void;
  play(us: number): void;
}

/** What may be asked at once of a view: all of it, or the day around `at`. */
export function askable(view: View, at: number, nowUs: number): readonly [number, number] {
  const to = Math.min(view.to, nowUs);
  if (to - view.from <= DAY_US) return [view.from, to];
  const end = Math.min(to, Math.max(at + DAY_US / 2, view.from + DAY_US));
  return [end - DAY_US, end];
}

/** What was known, with what a device tells of one span now in place of what was told of it before. */
export function merged(known: Spans, told: Pick<RecordingsTold, "from" | "to" | "spans">): Spans {
  const kept = known.flatMap(([from, to]): [number, number][] => {
    const parts: [number, number][] = [
      [from, Math.min(to, told.from)],
      [Math.max(from, told.to), to],
    ];
    return parts.filter(([begin, end]) => begin < end);
  });
  return [...kept, ...told.spans].sort((a, b) => a[0] - b[0]);
}

export class DeviceLane {
  readonly button = el("button", { class: "button button--quiet timeline__ask", type: "button" });
  readonly element: HTMLElement;
  readonly #listener: LaneListener;
  readonly #said = el("output", { class: "timeline__device-said" });
  readonly #band = el("div", { class: "timeline__band", role: "group", "aria-label": t("device.lane") });
  readonly #lane: HTMLElement;
  #spans: Spans = [];
  #view: View | null = null;
  #wish: readonly [number, number] | null = null;
  #drawn = "";

  constructor(listener: LaneListener) {
    this.#listener = listener;
    this.button.append(t("device.ask"));
    this.button.addEventListener("click", () => this.#ask());
    this.#lane = el(
      "div",
      { class: "timeline__lane", hidden: true },
      this.#band,
      el(
        "p",
        { class: "timeline__legend" },
        el("span", { class: "timeline__swatch", "aria-hidden": "true" }),
        el("span", {}, t("device.lane")),
      ),
    );
    this.element = el("div", { class: "timeline__device" }, this.#lane, this.#said);
  }

  /** What the view shows, and what would be asked of it. */
  draw(view: View, width: number, at: number, nowUs: number): void {
    this.#wish = askable(view, at, nowUs);
    this.#view = view;
    const key = `${view.from} ${view.to} ${width} ${this.#spans.length} ${this.#spans[0]?.[0]}`;
    if (this.#lane.hidden || width <= 0 || key === this.#drawn) return;
    this.#drawn = key;
    // A button that has the focus keeps it while the view moves on.
    const focused = this.#band.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset["from"]
      : undefined;
    const shown = this.#spans.filter(([from, to]) => to > view.from && from < view.to).slice(0, MOST_SHOWN);
    this.#band.replaceChildren(...shown.map((span) => this.#box(span, view, width)));
    if (focused) this.#band.querySelector<HTMLElement>(`[data-from="${focused}"]`)?.focus();
  }

  /** The device answered, or it is known why not. */
  told(told: RecordingsTold): void {
    this.button.disabled = false;
    if (told.failure !== "")
      return setText(this.#said, t("device.failed", { why: deviceStep(told.failure) }));
    this.#spans = merged(this.#spans, told);
    this.#lane.hidden = false;
    this.#drawn = "";
    const count = told.spans.length;
    const words = [count === 0 ? t("device.none") : t("device.found", { count })];
    if (!told.whole) words.push(t("device.part"));
    setText(this.#said, words.join(" · "));
  }

  #ask(): void {
    if (!this.#wish) return;
    this.button.disabled = true;
    setText(this.#said, t("device.asking"));
    const [from, to] = this.#wish;
    this.#listener.ask(Math.round(from), Math.round(to));
    // A line that broke meanwhile brings no answer: it can be asked again.
    setTimeout(() => (this.button.disabled = false), 15_000);
  }

  #box([from, to]: readonly [number, number], view: View, width: number): HTMLElement {
    const left = Math.max(0, xOf(view, width, from));
    const right = Math.min(width, Math.max(left + LEAST_PIXELS, xOf(view, width, to)));
    const label = t("device.play", { span: spanText(from, to) });
    const box = el("button", {
      class: "timeline__box",
      type: "button",
      "data-from": from,
      "aria-label": label,
      title: label,
    });
    box.style.left = `${left}px`;
    box.style.width = `${right - left}px`;
    box.addEventListener("click", (event) => this.#play(event, from, to));
    return box;
  }

  /** A click plays from where it was made, a key from the beginning of what is in view. */
  #play(event: MouseEvent, from: number, to: number): void {
    const view = this.#view;
    if (!view) return;
    const { left, width } = this.#band.getBoundingClientRect();
    const byHand = event.detail > 0 && lengthOf(view) > 0;
    const us = byHand ? usAt(view, width, event.clientX - left) : view.from;
    this.#listener.play(Math.min(Math.max(us, from), to - 1e6));
  }
}

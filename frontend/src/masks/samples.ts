/** Sample pictures: stepped to one by one, each ticked as looked at. */
import { el, setText } from "../dom/build";
import { icon, type IconName } from "../dom/icons";
import type { Desk } from "./desk";
import { progressOf } from "./next";

export class Samples {
  readonly element: HTMLElement;
  readonly #count = el("span", { class: "masks__count" });
  readonly #where = el("p", {});
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #tick: HTMLButtonElement;

  constructor(private readonly desk: Desk) {
    const { say } = desk;
    const button = (name: IconName, label: string, act: () => void) => {
      const made = el("button", { class: "button button--secondary", type: "button" }, icon(name), label);
      made.addEventListener("click", act);
      return made;
    };
    this.#previous = button("chevronLeft", say("samples.previous"), () => this.#go(-1));
    this.#next = button("chevronRight", say("samples.next"), () => this.#go(1));
    this.#tick = button("check", say("samples.tick"), () => this.tick());
    this.element = el(
      "section",
      { class: "masks__samples", "aria-labelledby": "masks-samples-title" },
      el(
        "div",
        { class: "masks__list-head" },
        el("h2", { id: "masks-samples-title" }, say("samples")),
        this.#count,
      ),
      this.#where,
      el("div", { class: "button-row" }, this.#previous, this.#next, this.#tick),
    );
  }

  /** The sample that is shown; -1 where the picture is none. */
  get here(): number {
    const { film, store } = this.desk;
    return store.document.samples.findIndex((one) => film.times.at(one) === film.index);
  }

  /** Ticks the sample that is shown. */
  tick(): void {
    const { store } = this.desk;
    const sample = store.document.samples[this.here];
    if (sample !== undefined && !this.desk.readonly) store.look(sample);
  }

  update(): void {
    const { store, say, readonly } = this.desk;
    const { samples } = store.document;
    const here = this.here;
    const sample = samples[here];
    const looked = sample !== undefined && store.looked.has(sample);
    const { looked: count } = progressOf({ tracks: [], samples, looked: store.looked });
    setText(this.#count, `${count}/${samples.length}`);
    const word = say(looked ? "samples.looked" : "samples.unlooked");
    if (samples.length === 0) setText(this.#where, say("samples.none"));
    else
      setText(
        this.#where,
        here < 0 ? say("samples.away") : say("samples.here", { at: here + 1, looked: word }),
      );
    this.#previous.disabled = this.#to(-1) === undefined;
    this.#next.disabled = this.#to(1) === undefined;
    this.#tick.disabled = readonly || sample === undefined || looked;
  }

  /** The nearest sample before or behind the picture that is shown. */
  #to(by: -1 | 1): number | undefined {
    const { film, store } = this.desk;
    const { samples } = store.document;
    const index = (one: number) => film.times.at(one);
    return by > 0
      ? samples.find((one) => index(one) > film.index)
      : samples.findLast((one) => index(one) < film.index);
  }

  #go(by: -1 | 1): void {
    const sample = this.#to(by);
    if (sample === undefined) return;
    this.desk.settle();
    this.desk.film.goTo(sample);
  }
}

/** Sample pictures: stepped to one by one, and answered: is all hidden in it that has to be? */
import { el, setText } from "../dom/build";
import { icon, type IconName } from "../dom/icons";
import type { Desk } from "./desk";
import { progressOf } from "./next";
import { PICTURE_KINDS, type Look, type PictureAnswer, type PictureKind } from "./server";
import { begins, ends, hidden } from "./tracks";

const MOST_REMARK = 2000;
const WORDS = { masked: "samples.masked", none: "samples.none.here", left: "samples.left" } as const;

export class Samples {
  readonly element: HTMLElement;
  readonly #count = el("span", { class: "masks__count" });
  readonly #where = el("p", {});
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #asked = el("p", { id: "masks-samples-question" });
  readonly #answers = new Map<PictureAnswer, HTMLButtonElement>();
  readonly #question: HTMLElement;
  readonly #error = el("p", { class: "masks__error", id: "masks-samples-error", role: "alert" });
  readonly #form: HTMLFormElement;
  readonly #kinds = new Map<PictureKind, HTMLInputElement>();
  readonly #reason: HTMLTextAreaElement;
  /** The sample of which it is asked what is left in sight; null where it isn't. */
  #asking: number | null = null;

  constructor(private readonly desk: Desk) {
    const { say } = desk;
    const button = (name: IconName, label: string, act: () => void) => {
      const made = el("button", { class: "button button--secondary", type: "button" }, icon(name), label);
      made.addEventListener("click", act);
      return made;
    };
    this.#previous = button("chevronLeft", say("samples.previous"), () => this.#go(-1));
    this.#next = button("chevronRight", say("samples.next"), () => this.#go(1));
    for (const answer of ["masked", "none", "left"] as const) {
      const made = el("button", { class: "button button--secondary", type: "button" }, say(WORDS[answer]));
      made.addEventListener("click", () =>
        answer === "left" ? this.#ask() : this.#answer({ answer, kinds: [], remark: "" }),
      );
      this.#answers.set(answer, made);
    }
    this.#question = el(
      "div",
      { class: "masks__asked", role: "group", "aria-labelledby": "masks-samples-question" },
      this.#asked,
      el("div", { class: "button-row" }, ...this.#answers.values()),
    );
    this.#reason = el("textarea", {
      id: "masks-samples-reason",
      maxlength: MOST_REMARK,
      rows: 2,
      "aria-describedby": "masks-samples-error",
    });
    const kinds = el("div", { class: "masks__choices" });
    for (const kind of PICTURE_KINDS) {
      const box = el("input", { type: "checkbox", "aria-describedby": "masks-samples-error" });
      this.#kinds.set(kind, box);
      kinds.append(el("label", { class: "masks__check" }, box, say(`samples.left.${kind}`)));
    }
    this.#form = el(
      "form",
      { class: "masks__reason", novalidate: true },
      el(
        "fieldset",
        { class: "masks__question" },
        el("legend", {}, say("samples.left.kinds")),
        kinds,
        el("p", { class: "field__hint" }, say("samples.left.minors")),
      ),
      el("label", { class: "field__label", for: "masks-samples-reason" }, say("samples.left.reason")),
      this.#reason,
      el(
        "div",
        { class: "button-row" },
        el("button", { class: "button button--primary", type: "submit" }, say("samples.left.confirm")),
      ),
    );
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#confirm();
    });
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
      el("div", { class: "button-row" }, this.#previous, this.#next),
      this.#question,
      this.#error,
      this.#form,
    );
  }

  /** The sample that is shown; -1 where the picture is none. */
  get here(): number {
    const { film, store } = this.desk;
    return store.document.samples.findIndex((one) => film.times.at(one) === film.index);
  }

  /** Puts the focus on the first answer that may be given. */
  focus(): void {
    this.update();
    [...this.#answers.values()].find((one) => !one.disabled)?.focus();
    this.#question.scrollIntoView({ block: "nearest" });
  }

  update(): void {
    const { store, say, readonly } = this.desk;
    const { samples } = store.document;
    const here = this.here;
    const sample = samples[here];
    const look = sample === undefined ? undefined : store.looked.get(sample);
    const { looked: count } = progressOf({ tracks: [], samples, looked: store.looked });
    setText(this.#count, `${count}/${samples.length}`);
    const word = look ? say("samples.looked", { answer: say(WORDS[look.answer]) }) : say("samples.unlooked");
    if (samples.length === 0) setText(this.#where, say("samples.none"));
    else
      setText(
        this.#where,
        here < 0 ? say("samples.away") : say("samples.here", { at: here + 1, looked: word }),
      );
    this.#previous.disabled = this.#to(-1) === undefined;
    this.#next.disabled = this.#to(1) === undefined;
    this.#updateQuestion(sample, readonly);
  }

  #updateQuestion(sample: number | undefined, readonly: boolean): void {
    const { store, say } = this.desk;
    this.#question.hidden = sample === undefined || readonly;
    if (this.#asking !== null && this.#asking !== sample) this.#stopAsking();
    this.#form.hidden = this.#asking === null;
    if (sample === undefined) return setText(this.#error, "");
    const masks = this.#masksAt(sample);
    setText(this.#asked, say("samples.question", { count: masks }));
    // What the server would refuse is not offered: nothing is hidden here, or something is.
    const can = { masked: masks > 0, none: masks === 0, left: true };
    for (const [answer, button] of this.#answers) {
      button.disabled = !can[answer];
      button.setAttribute("aria-pressed", String(store.looked.get(sample)?.answer === answer));
    }
    const refused = store.lookError(sample) || (store.overtaken(sample) ? say("samples.overtaken") : "");
    if (refused || this.#asking === null) setText(this.#error, refused);
  }

  /** How many tracks hide something in this picture. */
  #masksAt(sample: number): number {
    let count = 0;
    for (const track of this.desk.tracks())
      if (hidden(track) && begins(track) <= sample && ends(track) >= sample) count += 1;
    return count;
  }

  #answer(look: Look): void {
    const { store } = this.desk;
    const sample = store.document.samples[this.here];
    if (sample === undefined || this.desk.readonly) return;
    this.desk.settle();
    this.#stopAsking();
    store.look(sample, look);
    this.desk.changed();
  }

  #ask(): void {
    const { store } = this.desk;
    this.#asking = store.document.samples[this.here] ?? null;
    if (this.#asking === null) return;
    const look = store.looked.get(this.#asking);
    this.#reason.value = look?.remark ?? "";
    for (const [kind, box] of this.#kinds) box.checked = look?.kinds.includes(kind) ?? false;
    setText(this.#error, "");
    this.update();
    this.#kinds.get("faces")?.focus();
  }

  #stopAsking(): void {
    this.#asking = null;
    this.#reason.value = "";
    this.#form.hidden = true;
  }

  #confirm(): void {
    const remark = this.#reason.value.trim();
    const kinds = PICTURE_KINDS.filter((kind) => this.#kinds.get(kind)?.checked);
    if (remark && kinds.length > 0) return this.#answer({ answer: "left", kinds, remark });
    setText(
      this.#error,
      this.desk.say(kinds.length > 0 ? "samples.left.needed" : "samples.left.kinds.needed"),
    );
    (kinds.length > 0 ? this.#reason : this.#kinds.get("faces"))?.focus();
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

/** The question about an acquaintance, and hide or show. */
import { el, setText } from "../dom/build";
import { icon } from "../dom/icons";
import type { Desk } from "./desk";
import { waitsForAnswer, type Acquaintance, type State, type Track } from "./tracks";

/** The library knows yes and no; who isn't sure is taken to have said yes, which hides more. */
const CHOICES = [
  ["yes", "yes"],
  ["no", "no"],
  ["unsure", "yes"],
] as const satisfies readonly (readonly [string, Acquaintance])[];
type Choice = (typeof CHOICES)[number][0];

const MOST_REMARK = 2000;

/** Decisions that need a reason: showing, and hiding what an acquaintance can still tell. */
type Reasoned = "accepted" | "rejected";

export class Decision {
  readonly element: HTMLElement;
  readonly #question: HTMLFieldSetElement;
  readonly #radios = new Map<Choice, HTMLInputElement>();
  readonly #advice = el("p", { class: "masks__advice" });
  readonly #whole = el("input", { type: "checkbox" });
  readonly #wholeLabel: HTMLElement;
  readonly #error = el("p", { class: "masks__error", id: "masks-question-error", role: "alert" });
  readonly #accept: HTMLButtonElement;
  readonly #reject: HTMLButtonElement;
  readonly #reopen: HTMLButtonElement;
  readonly #was = el("p", { class: "quiet" });
  readonly #form: HTMLFormElement;
  readonly #reason: HTMLTextAreaElement;
  readonly #reasonLabel = el("label", { class: "field__label", for: "masks-reason" });
  readonly #reasonHint = el("p", { class: "field__hint", id: "masks-reason-hint" });
  readonly #sorts = el("fieldset", { class: "masks__question" });
  readonly #sort = new Map<boolean, HTMLInputElement>();
  readonly #sortError = el("p", { class: "masks__error", id: "masks-sort-error", role: "alert" });
  readonly #confirm = el("button", { class: "button button--primary", type: "submit" });
  readonly #reasonError = el("p", { class: "masks__error", id: "masks-reason-error", role: "alert" });
  /** What was typed of each track, and whose answer was "not sure": kept while another one is looked at. */
  #typed = new Map<number, string>();
  #unsure = new Set<number>();
  #meant = new Map<number, Reasoned>();
  /** Whose reason is asked for, and of which decision. */
  #asking: { readonly number: number; readonly state: Reasoned } | null = null;
  #shown: number | null = null;

  constructor(private readonly desk: Desk) {
    const { say } = desk;
    this.#question = el("fieldset", { class: "masks__question" }, el("legend", {}, say("question")));
    const choices = el("div", { class: "masks__choices" });
    for (const [choice, answer] of CHOICES) {
      const radio = el("input", { type: "radio", name: "masks-acquaintance", value: choice });
      radio.addEventListener("change", () => this.#answer(choice, answer));
      this.#radios.set(choice, radio);
      choices.append(el("label", { class: "masks__check" }, radio, say(`question.${choice}`)));
    }
    this.#whole.addEventListener("change", () =>
      desk.change((track) => ({ ...track, whole_body: this.#whole.checked })),
    );
    this.#wholeLabel = el("label", { class: "masks__check" }, this.#whole, say("body.on"));
    this.#question.append(choices, this.#error, this.#advice);
    this.#accept = this.#button("accept", "primary", () => this.#doAccept());
    this.#accept.prepend(icon("check"));
    this.#reject = this.#button("reject", "secondary", () => this.#ask("rejected"));
    this.#reopen = this.#button("reopen", "secondary", () => this.#decide("open", null));
    this.#reason = el("textarea", {
      id: "masks-reason",
      maxlength: MOST_REMARK,
      rows: 2,
      "aria-describedby": "masks-reason-hint masks-reason-error",
    });
    this.#reason.addEventListener("input", () => {
      if (desk.selected !== null) this.#typed.set(desk.selected, this.#reason.value);
      setText(this.#reasonError, "");
    });
    const sorts = el("div", { class: "masks__choices" });
    for (const left of [false, true]) {
      const radio = el("input", { type: "radio", name: "masks-left", value: String(left) });
      radio.addEventListener("change", () => setText(this.#sortError, ""));
      this.#sort.set(left, radio);
      sorts.append(el("label", { class: "masks__check" }, radio, say(left ? "left.yes" : "left.no")));
    }
    this.#sorts.append(el("legend", {}, say("left")), sorts, this.#sortError);
    this.#form = el(
      "form",
      { class: "masks__reason", novalidate: true },
      this.#sorts,
      this.#reasonLabel,
      this.#reasonHint,
      this.#reasonError,
      this.#reason,
      el(
        "div",
        { class: "button-row" },
        this.#confirm,
        this.#button("reason.cancel", "quiet", () => this.#ask(null)),
      ),
    );
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#doReasoned();
    });
    this.element = el(
      "div",
      { class: "masks__decision" },
      this.#question,
      this.#wholeLabel,
      el("div", { class: "button-row" }, this.#accept, this.#reject, this.#reopen),
      this.#was,
      this.#form,
    );
  }

  update(): void {
    const { desk } = this;
    const { track, readonly, say } = desk;
    if (!track) return;
    if (this.#shown !== track.number) this.#turnTo(track);
    this.#question.disabled = readonly;
    const answer = track.review.acquaintance;
    const unsure = answer === "yes" && this.#unsure.has(track.number);
    for (const [choice, radio] of this.#radios)
      radio.checked = unsure ? choice === "unsure" : choice !== "unsure" && choice === answer;
    if (answer !== "unasked") this.#fault("");
    const advised = answer === "yes" && !track.whole_body;
    const face = track.kind === "face";
    this.#advice.hidden = !advised;
    this.#wholeLabel.hidden = !face;
    this.#whole.checked = track.whole_body;
    this.#whole.disabled = readonly;
    setText(this.#advice, say(face ? "question.body" : "question.body.drawn"));
    const asking = this.#asking?.number === track.number;
    const showing = this.#asking?.state !== "accepted";
    setText(this.#reasonLabel, say(showing ? "reason" : "told"));
    setText(this.#reasonHint, say(showing ? "reason.hint" : "told.hint"));
    this.#sorts.hidden = !showing;
    setText(this.#confirm, say(showing ? "reason.confirm" : "told.confirm"));
    this.#accept.hidden = readonly || track.state === "accepted" || asking;
    this.#reject.hidden = readonly || track.state === "rejected" || asking;
    this.#reopen.hidden = readonly || track.state === "open" || asking;
    this.#form.hidden = readonly || !asking;
    this.#was.hidden = track.state === "open" || track.review.remark === "";
    const was = say("reason.was", { remark: track.review.remark });
    const left =
      track.state !== "rejected" || track.left === null ? "" : say(track.left ? "left.yes" : "left.no");
    setText(this.#was, left ? `${left}${say("draw.stop")}${was}` : was);
  }

  /** Puts the focus on the question. */
  focusQuestion(): void {
    this.#radios.get("yes")?.focus();
    this.#question.scrollIntoView({ block: "nearest" });
  }

  /** Puts the focus on the decision. */
  focusDecision(): void {
    const to = this.#form.hidden ? this.#accept : this.#reason;
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  }

  #button(word: Parameters<Desk["say"]>[0], look: string, act: () => void): HTMLButtonElement {
    const made = el("button", { class: `button button--${look}`, type: "button" }, this.desk.say(word));
    made.addEventListener("click", act);
    return made;
  }

  #turnTo(track: Track): void {
    // A new track's typed words go with it when it gets its number.
    if (
      this.#shown !== null &&
      this.#shown < 0 &&
      track.number > 0 &&
      !this.desk.store.tracks.has(this.#shown)
    ) {
      const typed = this.#typed.get(this.#shown);
      if (typed !== undefined) this.#typed.set(track.number, typed);
      if (this.#unsure.has(this.#shown)) this.#unsure.add(track.number);
      if (this.#asking?.number === this.#shown) this.#asking = { ...this.#asking, number: track.number };
    } else if (this.#typed.get(track.number) && this.#asking?.number !== track.number)
      this.#asking = { number: track.number, state: this.#meant.get(track.number) ?? "rejected" };
    this.#shown = track.number;
    this.#reason.value = this.#typed.get(track.number) ?? "";
    for (const [left, radio] of this.#sort) radio.checked = track.left === left;
    setText(this.#reasonError, "");
    setText(this.#sortError, "");
    this.#fault("");
  }

  #fault(text: string): void {
    setText(this.#error, text);
    for (const radio of this.#radios.values())
      if (text) radio.setAttribute("aria-describedby", "masks-question-error");
      else radio.removeAttribute("aria-describedby");
  }

  #answer(choice: Choice, acquaintance: Acquaintance): void {
    const { desk } = this;
    if (desk.selected !== null) {
      if (choice === "unsure") this.#unsure.add(desk.selected);
      else this.#unsure.delete(desk.selected);
    }
    desk.change((track) => {
      // What was accepted on another answer is decided anew: it needs a reason now.
      const again = track.state === "accepted" && acquaintance !== track.review.acquaintance;
      const state = again && acquaintance === "yes" ? "open" : track.state;
      return { ...track, state, review: { ...track.review, acquaintance } };
    });
    desk.changed();
  }

  #doAccept(): void {
    const { track, say } = this.desk;
    if (!track) return;
    if (waitsForAnswer(track)) {
      this.#fault(say("question.first"));
      return this.focusQuestion();
    }
    if (track.review.acquaintance === "yes") return this.#ask("accepted");
    this.#decide("accepted", "");
  }

  #ask(state: Reasoned | null): void {
    const { desk } = this;
    const { selected } = desk;
    if (selected === null) return;
    const before = this.#asking?.state ?? "rejected";
    this.#asking = state && { number: selected, state };
    if (state) this.#meant.set(selected, state);
    else {
      this.#typed.delete(selected);
      this.#reason.value = "";
    }
    setText(this.#reasonError, "");
    desk.changed();
    this.update();
    (state ? this.#reason : before === "accepted" ? this.#accept : this.#reject).focus();
  }

  #doReasoned(): void {
    const { desk } = this;
    const state = this.#asking?.state;
    const remark = this.#reason.value.trim();
    if (!state) return;
    if (remark === "") {
      setText(this.#reasonError, desk.say(state === "accepted" ? "told.needed" : "reason.needed"));
      this.#reason.focus();
      return;
    }
    const left = state === "rejected" ? this.#leftChosen() : null;
    if (left === undefined) {
      setText(this.#sortError, desk.say("left.needed"));
      this.#sort.get(false)?.focus();
      return;
    }
    this.#asking = null;
    if (desk.selected !== null) this.#typed.delete(desk.selected);
    this.#reason.value = "";
    this.#decide(state, remark, left);
  }

  /** Whether it is left in sight though it would have to be hidden; undefined where nothing is chosen. */
  #leftChosen(): boolean | undefined {
    return [...this.#sort].find(([, radio]) => radio.checked)?.[0];
  }

  /** @param remark null leaves what was said. */
  #decide(state: State, remark: string | null, left: boolean | null = null): void {
    this.desk.change((track) => ({
      ...track,
      state,
      left,
      review: { ...track.review, remark: remark ?? track.review.remark },
    }));
    this.update();
    // The pressed button is gone: the focus goes to the one that takes its place.
    if (state !== "open") this.#reopen.focus();
    else this.#accept.focus();
  }
}

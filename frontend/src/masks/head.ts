/** The line above the picture: how far the review is, whether all of it is saved, and the one thing to do next. */
import { el, setText } from "../dom/build";
import { icon } from "../dom/icons";
import type { Desk } from "./desk";
import { progressOf, type Next } from "./next";
import type { Pending } from "./store";

export interface Ways {
  /** Put the focus on the question, or on the decision. */
  readonly answer: () => void;
  readonly decide: () => void;
  /** Put the focus on what is asked of the sample picture that is shown. */
  readonly tell: () => void;
  /** Shows what the server said of a track, and what can be done. */
  readonly settle: (number: number) => void;
}

export class Head {
  readonly element: HTMLElement;
  readonly #progress = el("p", { class: "masks__progress" });
  readonly #saved = el("p", { class: "masks__saved", role: "status" });
  readonly #undo: HTMLButtonElement;
  readonly #what = el("p", { class: "masks__next-what" });
  readonly #go = el("button", { class: "button button--primary", type: "button" });
  #next: Next | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly ways: Ways,
  ) {
    const { say } = desk;
    this.#undo = el(
      "button",
      { class: "button button--secondary", type: "button" },
      icon("rotateCcw"),
      say("undo"),
    );
    this.#undo.addEventListener("click", () => desk.undo());
    this.#go.addEventListener("click", () => this.#act());
    this.element = el(
      "div",
      { class: "masks__head" },
      el("div", { class: "masks__line" }, this.#progress, this.#saved, this.#undo),
      el(
        "section",
        { class: "masks__next", "aria-label": say("next") },
        el("span", { class: "masks__next-word", "aria-hidden": "true" }, say("next")),
        this.#what,
        this.#go,
      ),
    );
  }

  update(): void {
    const { desk } = this;
    const { say, store } = desk;
    const { samples } = store.document;
    const progress = progressOf({ tracks: [...desk.tracks()], samples, looked: store.looked });
    setText(
      this.#progress,
      `${say("progress.samples", { ...progress })} · ${say("progress.open", { open: progress.open })}`,
    );
    this.#showSaved(store.worst);
    this.#undo.disabled = !store.canUndo || desk.readonly;
    this.#next = desk.next;
    const [what, go] = this.#words(this.#next);
    setText(this.#what, what);
    this.#go.hidden = go === null;
    if (go !== null) setText(this.#go, go);
    this.element.dataset["next"] = this.#next.kind;
  }

  #showSaved(worst: Pending | null): void {
    const { say } = this.desk;
    const tones = { waiting: "", away: "danger", refused: "danger", contested: "attention" } as const;
    this.#saved.dataset["tone"] = worst ? tones[worst.standing] : "fine";
    setText(this.#saved, this.#savedWords(worst, say));
  }

  #savedWords(worst: Pending | null, say: Desk["say"]): string {
    if (!worst) return say("saved.all");
    if (worst.standing === "waiting") return say("saved.busy");
    if (worst.standing !== "away") return say(`saved.${worst.standing}`);
    const { status } = worst;
    const login = status === 401 || status === 403;
    const reason =
      status === 0 ? say("saved.network") : login ? say("saved.login") : say("saved.server", { status });
    return say("saved.away", { reason });
  }

  /** What is to be done, and the word of its button. */
  #words(next: Next): readonly [string, string | null] {
    const { say, store } = this.desk;
    const count = store.document.samples.length;
    switch (next.kind) {
      case "stuck":
        return [say("next.stuck", { count: next.count }), say("saved.again")];
      case "readonly":
      case "drawing":
      case "done":
        return [say(`next.${next.kind}`), null];
      case "settle":
      case "answer":
      case "decide": {
        const number = next.track.number > 0 ? next.track.number : "+";
        return [say(`next.${next.kind}`, { number }), say(`next.${next.kind}.go`, { number })];
      }
      case "open": {
        const open = [...this.desk.tracks()].filter((one) => one.state === "open").length;
        const number = next.track.number > 0 ? next.track.number : "+";
        return [say("next.open", { count: open, number }), say("next.open.go", { number })];
      }
      case "look":
      case "tick":
        return [
          say(`next.${next.kind}`, { at: next.at + 1, count }),
          say(`next.${next.kind}.go`, { at: next.at + 1 }),
        ];
    }
  }

  #act(): void {
    const { desk, ways } = this;
    const next = this.#next;
    switch (next?.kind) {
      case "stuck":
        return desk.store.again();
      case "settle":
        return ways.settle(next.track.number);
      case "answer":
        return ways.answer();
      case "decide":
        return ways.decide();
      case "open":
        return desk.select(next.track.number, true);
      case "look":
        desk.select(null);
        return desk.film.goTo(next.sample);
      case "tick":
        return ways.tell();
      default:
    }
  }
}

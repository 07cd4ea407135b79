/** The chosen track: what is known of it, the question, the decision, and where and when it is. Built once, so that nothing typed is lost. */
import { el, setText } from "../dom/build";
import type { Desk } from "./desk";
import { Decision } from "./decision";
import { showState, stateBadge } from "./list";
import { Places } from "./places";
import { told } from "./times";
import { begins, ends, KINDS, LEAST_GROWTH, MOST_GROWTH, type Kind, type Track } from "./tracks";

export class Panel {
  readonly element: HTMLElement;
  readonly decision: Decision;
  readonly #places: Places;
  readonly #none: HTMLElement;
  readonly #body = el("div", { class: "masks__body" });
  readonly #title = el("h2", {});
  readonly #badge = stateBadge();
  readonly #origin = el("p", { class: "quiet masks__origin" });
  readonly #trouble = el("div", { class: "masks__trouble", role: "alert" });
  readonly #kind: HTMLSelectElement;
  readonly #growth: HTMLInputElement;
  readonly #growthValue = el("output", { class: "masks__growth" });
  #troubled = "";

  constructor(private readonly desk: Desk) {
    const { say } = desk;
    this.decision = new Decision(desk);
    this.#places = new Places(desk);
    this.#none = el("p", { class: "quiet" }, say("panel.none"));
    this.#kind = el("select", {}, ...KINDS.map((one) => el("option", { value: one }, say(`kind.${one}`))));
    this.#kind.addEventListener("change", () => this.#setKind(this.#kind.value as Kind));
    this.#growth = el("input", { type: "range", min: LEAST_GROWTH, max: MOST_GROWTH, step: 50 });
    const grown = (track: Track) => ({ ...track, growth: Number(this.#growth.value) });
    this.#growth.addEventListener("input", () => desk.track && desk.holdAwhile(grown(desk.track)));
    this.#growth.addEventListener("change", () => desk.change(grown));
    this.#body.append(
      el("div", { class: "masks__panel-head" }, this.#title, this.#badge),
      this.#origin,
      this.#trouble,
      this.#places.ways,
      this.decision.element,
      el("label", { class: "masks__field" }, say("growth"), this.#growth, this.#growthValue),
      el("label", { class: "masks__field" }, say("kind"), this.#kind),
      this.#places.element,
    );
    this.element = el("section", { class: "masks__panel" }, this.#none, this.#body);
  }

  update(): void {
    const { desk } = this;
    const { track, say, readonly } = desk;
    this.#none.hidden = track !== null;
    this.#body.hidden = track === null;
    if (!track) return;
    const kind = say(`kind.${track.kind}`);
    const title = track.number > 0 ? say("panel.title", { number: track.number, kind }) : say("panel.new");
    setText(this.#title, title);
    this.element.setAttribute("aria-label", title);
    showState(this.#badge, track.state, say(`state.${track.state}`));
    const origin =
      track.origin === "hand"
        ? say("origin.hand")
        : say("origin.model", { surest: Math.round(track.surest / 10) });
    const values = { from: told(begins(track)), to: told(ends(track)), frames: track.frames.length };
    setText(this.#origin, `${origin}${say("draw.stop")}${say("panel.span", values)}`);
    this.#showTrouble(track);
    this.#growth.value = String(track.growth);
    const times = say("growth.value", { times: (track.growth / 1000).toFixed(2) });
    setText(this.#growthValue, times);
    this.#growth.setAttribute("aria-valuetext", times);
    this.#kind.value = track.kind;
    for (const field of [this.#growth, this.#kind]) field.disabled = readonly;
    this.decision.update();
    this.#places.update();
  }

  /** Puts the focus on what can be done about a change that was not taken. */
  focusTrouble(): void {
    this.update();
    this.#trouble.querySelector("button")?.focus();
  }

  #setKind(kind: Kind): void {
    // Only of a face is a body known.
    this.desk.change((track) => ({ ...track, kind, whole_body: track.whole_body && kind === "face" }));
  }

  /** What the server said of it, and what can be done; said once, and not again with each picture. */
  #showTrouble(track: Track): void {
    const { desk } = this;
    const { say, store } = desk;
    const pending = store.standing(track.number);
    const now = JSON.stringify([track.number, pending]);
    if (now === this.#troubled) return;
    this.#troubled = now;
    if (!pending || pending.standing === "waiting") return this.#trouble.replaceChildren();
    const button = (label: string, act: () => void) => {
      const made = el("button", { class: "button button--secondary", type: "button" }, label);
      made.addEventListener("click", act);
      return made;
    };
    const again = () => store.again(track.number);
    const drop = () => {
      store.giveUp(track.number);
      if (!store.tracks.has(track.number)) desk.select(null);
    };
    const contested = pending.standing === "contested";
    const refused = pending.error ? say("refused", { error: pending.error }) : say("refused.plain");
    const words = contested ? say("contested") : pending.standing === "away" ? say("away") : refused;
    this.#trouble.replaceChildren(
      el("p", { class: "masks__error" }, words),
      el(
        "div",
        { class: "button-row" },
        button(contested ? say("contested.mine") : say("refused.again"), again),
        button(contested ? say("contested.theirs") : say("refused.drop"), drop),
      ),
    );
  }
}

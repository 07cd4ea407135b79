/** Where and when the chosen track is: going there, key frames, its beginning and end. */
import { el, setText } from "../dom/build";
import { icon } from "../dom/icons";
import type { Desk } from "./desk";
import { hasFrame } from "./edits";
import { begins, ends } from "./tracks";

export class Places {
  /** Going there and playing it. */
  readonly ways: HTMLElement;
  readonly element: HTMLElement;
  readonly #where = el("p", {});
  readonly #set: HTMLButtonElement;
  readonly #remove: HTMLButtonElement;
  readonly #begin: HTMLButtonElement;
  readonly #end: HTMLButtonElement;

  constructor(private readonly desk: Desk) {
    const { say } = desk;
    const button = (word: Parameters<typeof say>[0], act: () => void) => {
      const made = el("button", { class: "button button--secondary", type: "button" }, say(word));
      made.addEventListener("click", act);
      return made;
    };
    const go = button("panel.go", () => {
      desk.settle();
      if (desk.track) desk.film.goTo(begins(desk.track));
    });
    const through = button("panel.through", () => {
      desk.settle();
      desk.playThrough();
    });
    through.prepend(icon("play"));
    this.ways = el("div", { class: "button-row" }, go, through);
    this.#set = button("place.set", () => desk.setFrame());
    this.#remove = button("place.remove", () => desk.removeFrame());
    this.#begin = button("place.begin", () => desk.beginHere());
    this.#end = button("place.end", () => desk.endHere());
    this.element = el(
      "section",
      { class: "masks__places", "aria-label": say("place") },
      el("h3", {}, say("place")),
      this.#where,
      el("div", { class: "button-row" }, this.#set, this.#remove, this.#begin, this.#end),
    );
  }

  update(): void {
    const { track, film, say, readonly } = this.desk;
    if (!track) return;
    const { now } = film;
    const inside = begins(track) <= now && now <= ends(track);
    const key = hasFrame(track, now);
    const only = key && track.frames.length === 1;
    const where = only ? "place.last" : key ? "place.here" : inside ? "place.between" : "place.outside";
    setText(this.#where, say(where));
    this.#set.disabled = readonly || !inside || key;
    this.#remove.disabled = readonly || !key || only;
    this.#begin.disabled = readonly || now > ends(track) || now === begins(track);
    this.#end.disabled = readonly || now < begins(track) || now === ends(track);
    setText(this.#begin, say(now < begins(track) ? "place.extend" : "place.begin"));
    setText(this.#end, say(now > ends(track) ? "place.extend" : "place.end"));
  }
}

/**
 * Person, unit, time and ledger index over the picture, tiled lightly: a deterrent, and said to be one. View-only grounds
 * burn it into the picture on the node; this one lies over it.
 */
import { el, setText } from "../dom/build";
import { stamp } from "../time/words";

const TILES = 9;

export class Watermark {
  readonly element = el("div", { class: "watermark", "aria-hidden": "true" });
  readonly #tiles = Array.from({ length: TILES }, () => el("span", { class: "watermark__tile" }));
  #who = "";
  #index = 0;

  constructor() {
    this.element.append(...this.#tiles);
  }

  /** Whose eyes these are: person and unit as the grant says, and the index of its record. */
  name(who: string, index: number): void {
    this.#who = who;
    this.#index = index;
  }

  tick(nowUs: number): void {
    const text = watermarkText(this.#who, nowUs, this.#index);
    for (const tile of this.#tiles) setText(tile, text);
  }
}

export function watermarkText(who: string, nowUs: number, index: number): string {
  return who === "" ? "" : `${who} · ${stamp(nowUs)} · #${index}`;
}

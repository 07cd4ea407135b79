/**
 * Person, unit, time and ledger index over the picture, tiled lightly: a deterrent, and said to be one. View-only grounds
 * burn it into the picture on the node; this one lies over it.
 */
import { el, setText } from "../dom/build";
import { stamp } from "../time/words";

const TILES = 9;
const SMALL_TILES = 2;

export class Watermark {
  readonly element: HTMLElement;
  readonly #tiles: readonly HTMLElement[];
  readonly #between: string;
  #who = "";
  #index = 0;

  /** @param small over a preview, where one line of it would not fit */
  constructor(small = false) {
    this.#between = small ? "\n" : " · ";
    this.element = el("div", {
      class: small ? "watermark watermark--small" : "watermark",
      "aria-hidden": "true",
    });
    this.#tiles = Array.from({ length: small ? SMALL_TILES : TILES }, () =>
      el("span", { class: "watermark__tile" }),
    );
    this.element.append(...this.#tiles);
  }

  /** Whose eyes these are: person and unit as the grant says, and the index of its record. */
  name(who: string, index: number): void {
    this.#who = who;
    this.#index = index;
  }

  tick(nowUs: number): void {
    const text = watermarkText(this.#who, nowUs, this.#index, this.#between);
    for (const tile of this.#tiles) setText(tile, text);
  }
}

export function watermarkText(who: string, nowUs: number, index: number, between = " · "): string {
  return who === "" ? "" : `${who}${between}${stamp(nowUs)} · #${index}`;
}

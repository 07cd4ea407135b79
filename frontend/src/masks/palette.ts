/** A canvas can't read custom properties: each colour is asked of a hidden element that uses it. */
import { el } from "../dom/build";

const NAMES = ["open", "accepted", "rejected", "chosen", "ground", "text", "quiet", "line"] as const;

export type Palette = Readonly<Record<(typeof NAMES)[number], string>>;

export class Colours {
  readonly element: HTMLElement;
  #probes = NAMES.map((name) => [name, el("i", { class: `masks__colour masks__colour--${name}` })] as const);
  #read: Palette | null = null;

  /** @param over for lines over a picture, which are light on dark whatever the page is. */
  constructor(over: boolean) {
    const probes = this.#probes.map(([, probe]) => probe);
    this.element = el(
      "span",
      { class: over ? "masks__colours masks__colours--over" : "masks__colours" },
      ...probes,
    );
    this.element.hidden = true;
  }

  /** Forgets what was read: light or dark may have changed. */
  forget(): void {
    this.#read = null;
  }

  get palette(): Palette {
    return (this.#read ??= Object.fromEntries(
      this.#probes.map(([name, probe]) => [name, getComputedStyle(probe).color]),
    ) as Record<(typeof NAMES)[number], string>);
  }
}

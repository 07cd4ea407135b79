/** A canvas can't read custom properties: each colour is asked of a hidden element that uses it. */
import { el } from "../dom/build";
import type { Palette } from "./paint";

const NAMES = ["text", "quiet", "line", "recorded", "gap", "held", "now", "selection"] as const;
const probes = new WeakMap<HTMLElement, Record<(typeof NAMES)[number], HTMLElement>>();

export function readPalette(host: HTMLElement): { palette: Palette; font: string } {
  let made = probes.get(host);
  if (!made) {
    const box = el("span", { hidden: true });
    made = Object.fromEntries(
      NAMES.map((name) => {
        const probe = el("i", { class: `timeline__colour timeline__colour--${name}` });
        box.append(probe);
        return [name, probe];
      }),
    ) as Record<(typeof NAMES)[number], HTMLElement>;
    host.append(box);
    probes.set(host, made);
  }
  const of = (name: (typeof NAMES)[number]) =>
    getComputedStyle((made as NonNullable<typeof made>)[name]).color;
  const palette = Object.fromEntries(NAMES.map((name) => [name, of(name)])) as unknown as Palette;
  return { palette, font: `12px ${getComputedStyle(host).fontFamily}` };
}

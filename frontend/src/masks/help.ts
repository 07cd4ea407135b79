/** The picture's keys, to be opened. */
import { el } from "../dom/build";
import type { Say, Word } from "./words";

export function keysHelp(say: Say): HTMLElement {
  const rows: readonly (readonly [readonly string[], Word])[] = [
    [[say("keys.space"), "K"], "keys.play"],
    [[",", "."], "keys.step"],
    [["←", "↑", "→", "↓"], "keys.move"],
    [["C"], "keys.handle"],
    [["S", "Delete"], "keys.frame"],
    [["[", "]"], "keys.ends"],
    [["N"], "keys.next"],
    [["+", "−", "0"], "keys.zoom"],
    [["Esc"], "keys.escape"],
  ];
  return el(
    "details",
    { class: "masks__help" },
    el("summary", {}, say("picture.keys")),
    el(
      "dl",
      {},
      ...rows.flatMap(([keys, word]) => [
        el("dt", {}, ...keys.map((key) => el("kbd", {}, key))),
        el("dd", {}, say(word)),
      ]),
    ),
  );
}

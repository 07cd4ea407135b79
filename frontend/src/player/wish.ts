/** What the attributes of a player ask for, and a player made with them. */
import { el } from "../dom/build";
import { pageLanguage } from "../i18n/translate";
import type { ViewWish } from "../net/api";
import { parseIso } from "../time/words";
import type { CustodesPlayer } from "./element";

/** Both ends, µs UTC. */
export type Span = readonly [number, number];

function spanOf(player: HTMLElement): [number, number] {
  return [parseIso(player.getAttribute("span-from") ?? ""), parseIso(player.getAttribute("span-to") ?? "")];
}

/** What a supervised session may show; null outside of one. */
export function supervisedSpanOf(player: HTMLElement): Span | null {
  const span = spanOf(player);
  return player.hasAttribute("session") && !span.some(Number.isNaN) ? span : null;
}

/** All that this player may show, of a supervised session or of a granted request; null where it begins live. */
export function grantedSpanOf(player: HTMLElement): Span | null {
  const span = spanOf(player);
  const bounded = player.hasAttribute("session") || player.hasAttribute("request");
  return bounded && !span.some(Number.isNaN) ? span : null;
}

/** What is asked of the server: the span of a supervised session or of a granted request, else the live picture. */
export function wishOf(player: HTMLElement): ViewWish {
  const cameras = [player.getAttribute("camera") ?? ""];
  const supervised = supervisedSpanOf(player);
  if (supervised) {
    const session = player.getAttribute("session") ?? "";
    return { cameras, live: false, span: supervised, session };
  }
  const request = player.getAttribute("request");
  return request ? { cameras, live: false, span: spanOf(player), request } : { cameras, live: true };
}

/** A player for one camera, made by script. */
export function makePlayer(camera: string, name: string, state: string): CustodesPlayer {
  return el("custodes-player" as "div", {
    camera,
    "camera-name": name,
    "camera-state": state,
    stream: "sub",
    compact: true,
    manual: true,
    lang: pageLanguage() === "zh" ? "zh-Hans" : "en",
  }) as unknown as CustodesPlayer;
}

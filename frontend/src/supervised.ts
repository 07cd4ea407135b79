/** Entry: a supervised session at one screen (S29, N21): the player with its enlarging, the word of the first picture, and a find. */
import "./player";
import { wireEnlarging } from "./player/enlarge";
import { wireHere } from "./player/here";
import type { CustodesPlayer } from "./player/element";
import { postJson } from "./net/api";
import { toIso } from "./time/words";

const page = document.querySelector<HTMLElement>("[data-supervised]");
const player = page?.querySelector<CustodesPlayer>("custodes-player") ?? null;

if (page && player) {
  wireHere();
  page.querySelector("[data-enlarge]")?.append(wireEnlarging(player));

  const pictured = page.dataset["pictured"] ?? "";
  const first = (): void => {
    player.removeEventListener("custodes-frame", first);
    // Told once, and once more where the line was broken: the server keeps the first.
    const tell = () => postJson(pictured, {}, true);
    void tell().catch(() => setTimeout(() => void tell().catch(() => undefined), 2000));
    page.dataset["state"] = "pictured";
  };
  if (pictured) player.addEventListener("custodes-frame", first);

  // A find names the picture on the screen.
  const moment = page.querySelector<HTMLInputElement>("[data-moment]");
  player.addEventListener("custodes-position", () => {
    const us = player.positionUs;
    if (moment && us !== null) moment.value = toIso(us);
  });
}

/** The bar under the picture. It shows what the engine says and tells what a hand did; it decides nothing. */
import { el, setText } from "../dom/build";
import { icon, type IconName } from "../dom/icons";
import { t, type Key } from "../i18n/translate";
import { parseLocalInput } from "../time/input";
import { localInput } from "../time/spans";
import type { Action } from "./keys";
import { RATES } from "./keys";

export interface ControlsListener {
  act(action: Action): void;
  rate(rate: number): void;
  jump(us: number): void;
}

export interface ControlsState {
  readonly live: boolean;
  readonly paused: boolean;
  readonly rate: number;
  readonly fullscreen: boolean;
  /** Of a supervised session or a granted request: nothing is live. */
  readonly bounded: boolean;
  /** Null where the grant gives none: then there is no button. */
  readonly sound: "on" | "off" | null;
}

export class Controls {
  readonly element: HTMLElement;
  readonly #play: HTMLButtonElement;
  readonly #live: HTMLButtonElement;
  readonly #rate: HTMLSelectElement;
  readonly #time: HTMLInputElement;
  readonly #full: HTMLButtonElement;
  readonly #sound: HTMLButtonElement;

  constructor(listener: ControlsListener) {
    const button = (action: Action, name: IconName, label: Key, word = false) => {
      const made = el(
        "button",
        { class: "icon-button", type: "button", "aria-label": word ? null : t(label), title: t(label) },
        icon(name),
        word && el("span", { class: "icon-button__word" }, t(label)),
      );
      made.addEventListener("click", () => listener.act(action));
      return made;
    };
    this.#play = button("toggle", "pause", "player.pause");
    this.#live = button("live", "radio", "player.live", true);
    this.#live.classList.add("player__live");
    this.#sound = button("sound", "volumeX", "player.hear");
    this.#sound.hidden = true;
    this.#full = button("fullscreen", "maximize", "player.fullscreen");
    this.#rate = el(
      "select",
      { class: "player__rate", "aria-label": t("player.rate") },
      ...RATES.map((rate) => el("option", { value: rate }, `${rate}×`)),
    );
    this.#rate.addEventListener("change", () => listener.rate(Number(this.#rate.value)));
    this.#time = el("input", { type: "datetime-local", step: 1, "aria-label": t("player.jump") });
    const jump = el(
      "form",
      { class: "player__jump" },
      this.#time,
      el(
        "button",
        { class: "icon-button", type: "submit" },
        el("span", { class: "icon-button__word" }, t("player.jumpGo")),
      ),
    );
    jump.addEventListener("submit", (event) => {
      event.preventDefault();
      const us = parseLocalInput(this.#time.value);
      if (!Number.isNaN(us)) listener.jump(us);
    });
    const group = (...children: HTMLElement[]) => el("div", { class: "player__group" }, ...children);
    const picture = group(this.#live, this.#rate);
    picture.classList.add("player__group--picture");
    this.element = el(
      "div",
      { class: "player__bar" },
      group(
        button("back10", "rotateCcw", "player.back10"),
        button("stepBack", "stepBack", "player.stepBack"),
        this.#play,
        button("stepForward", "stepForward", "player.stepForward"),
        button("forward10", "rotateCw", "player.forward10"),
      ),
      picture,
      jump,
      group(this.#sound, button("help", "keyboard", "player.help"), this.#full),
    );
  }

  show(state: ControlsState): void {
    change(this.#play, state.paused ? "play" : "pause", state.paused ? "player.play" : "player.pause");
    change(
      this.#full,
      state.fullscreen ? "minimize" : "maximize",
      state.fullscreen ? "player.fullscreenExit" : "player.fullscreen",
    );
    this.#sound.hidden = state.sound === null;
    const hears = state.sound === "on";
    change(this.#sound, hears ? "volume" : "volumeX", hears ? "player.mute" : "player.hear");
    this.#sound.setAttribute("aria-pressed", String(hears));
    const atLive = state.live && !state.paused;
    this.#live.hidden = state.bounded;
    this.#live.setAttribute("aria-pressed", String(atLive));
    const word = this.#live.querySelector(".icon-button__word");
    if (word) setText(word, t(atLive ? "player.live" : "player.goLive"));
    this.#live.title = t(atLive ? "player.live" : "player.goLive");
    this.#rate.disabled = state.live;
    this.#rate.value = String(state.rate);
  }

  /** Keeps the jump field at the picture's time, unless a hand is in it. */
  time(us: number): void {
    if (document.activeElement !== this.#time) this.#time.value = localInput(us);
  }
}

function change(button: HTMLButtonElement, name: IconName, label: Key): void {
  if (button.title === t(label)) return;
  button.title = t(label);
  button.setAttribute("aria-label", t(label));
  button.replaceChildren(icon(name));
}

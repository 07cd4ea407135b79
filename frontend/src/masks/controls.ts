/** What stands under the picture: playing, stepping, speed, size, and how masks are shown. */
import { el, setText } from "../dom/build";
import { icon, type IconName } from "../dom/icons";
import type { Desk } from "./desk";
import { RATES } from "./film";
import type { Picture } from "./picture";
import { told } from "./times";

export class Controls {
  readonly element: HTMLElement;
  readonly #play: HTMLButtonElement;
  readonly #time = el("span", { class: "masks__time" });
  readonly #rate: HTMLSelectElement;
  readonly #public: HTMLInputElement;
  #shown: boolean | null = null;

  constructor(
    private readonly desk: Desk,
    picture: Picture,
  ) {
    const { say, film } = desk;
    const button = (name: IconName, label: string, act: () => void) => {
      const made = el(
        "button",
        { class: "icon-button", type: "button", "aria-label": label, title: label },
        icon(name),
      );
      made.addEventListener("click", act);
      return made;
    };
    this.#play = button("play", say("play"), () => film.toggle());
    this.#rate = el(
      "select",
      { class: "masks__rate", "aria-label": say("rate") },
      ...RATES.map((rate) => el("option", { value: rate, selected: rate === 1 }, `${rate}×`)),
    );
    this.#rate.addEventListener("change", () => (film.video.playbackRate = Number(this.#rate.value)));
    this.#public = el("input", { type: "checkbox" });
    this.#public.addEventListener("change", () => {
      desk.public = this.#public.checked;
      desk.changed();
    });
    const step = (by: number) => {
      desk.settle();
      film.step(by);
    };
    this.element = el(
      "div",
      { class: "masks__controls" },
      el(
        "div",
        { class: "masks__group" },
        button("stepBack", say("back"), () => step(-1)),
        this.#play,
        button("stepForward", say("forward"), () => step(1)),
        this.#rate,
      ),
      this.#time,
      el(
        "div",
        { class: "masks__group" },
        button("zoomOut", say("zoom.out"), () => picture.zoomBy(1 / 1.5)),
        button("zoomIn", say("zoom.in"), () => picture.zoomBy(1.5)),
        button("maximize", say("zoom.whole"), () => picture.zoomBy(0)),
      ),
      el("label", { class: "masks__check" }, this.#public, say("public")),
    );
  }

  update(): void {
    const { film, say } = this.desk;
    const values = { picture: film.index + 1, pictures: film.times.last + 1, time: told(film.now) };
    setText(this.#time, say("time", values));
    this.#public.checked = this.desk.public;
    this.#rate.value = String(film.video.playbackRate);
    if (this.#shown === film.playing) return;
    this.#shown = film.playing;
    const label = say(film.playing ? "pause" : "play");
    this.#play.replaceChildren(icon(film.playing ? "pause" : "play"));
    this.#play.setAttribute("aria-label", label);
    this.#play.title = label;
  }
}

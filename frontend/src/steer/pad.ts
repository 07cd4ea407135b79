/**
 * The pad: who steers the camera, and steering it. Hold to move with mouse, touch or keys; letting go, losing the focus or
 * the page stops it. It asks for the helm by `PadHost`, and shows what the worker says of it.
 */
import { el, setText } from "../dom/build";
import { icon, type IconName } from "../dom/icons";
import { t, type Key } from "./words";
import { zh } from "./words_zh";
import { Held, type Leave } from "../net/steering";
import { Refused } from "../net/api";
import type { Bearing, ControlWord, HelmMessage, HelmSays, Motion, Preset, Region } from "../view/protocol";
import { drawBox } from "./drag";
import { Hold, STILL } from "./hold";
import { motionOf } from "./keys";

export interface PadHost {
  /** Asks the web for the helm. @throws as `beginSteering`. */
  begin(reason: string): Promise<Leave>;
  steer(motion: Motion): void;
  control(what: ControlWord, token?: string, name?: string, about?: { box?: Region; there?: Bearing }): void;
  /** Where a box is drawn; null before there is a picture. */
  picture(): { readonly stage: HTMLElement; readonly video: HTMLVideoElement } | null;
  notice(text: string): void;
  /** Where dialogs are put, so that they are seen in full screen too. */
  readonly element: HTMLElement;
}

const SPEEDS: readonly (readonly [Key, number])[] = [
  ["steer.slow", 25],
  ["steer.medium", 55],
  ["steer.fast", 100],
];

/** After these the camera is on its way. */
const SENT: ReadonlySet<string> = new Set(["goto", "home", "drag_in", "drag_out", "cruise", "precise"]);

export class SteerPad {
  readonly element: HTMLElement;
  readonly #host: PadHost;
  readonly #able: ReadonlySet<string>;
  readonly #hold: Hold;
  readonly #note = el("p", { class: "steer__note", hidden: true });
  readonly #who = el("p", { class: "steer__who", role: "status" });
  readonly #begin = el("button", { class: "button button--secondary steer__begin", type: "button" });
  readonly #pad: HTMLElement;
  readonly #speed: HTMLSelectElement;
  readonly #presets: HTMLSelectElement;
  readonly #owners: HTMLElement;
  readonly #point = el("div", { class: "steer__group", hidden: true });
  /** What turns the camera by hand: not there for one that is turned to presets only. */
  readonly #turns: HTMLElement[] = [];
  #helm: HelmSays | null = null;
  #asking = false;
  #giveUp: (() => void) | null = null;
  #live = true;
  #presetsOnly = false;

  constructor(able: string, host: PadHost) {
    this.#host = host;
    this.#able = new Set(able.split(" "));
    this.#hold = new Hold((motion) => host.steer(motion));
    this.#speed = el(
      "select",
      { class: "steer__speed", "aria-label": t("steer.speed") },
      ...SPEEDS.map(([key, value]) => el("option", { value, selected: value === 55 }, t(key))),
    );
    // Until the device has named them the list says what it is of, instead of being an empty box.
    this.#presets = el(
      "select",
      { class: "steer__presets", "aria-label": t("steer.presets"), disabled: true },
      el("option", { value: "" }, t("steer.presets")),
    );
    this.#owners = el("div", { class: "steer__group" });
    this.#pad = this.#build();
    this.#begin.addEventListener("click", () => void this.#ask(""));
    this.element = el(
      "section",
      { class: "steer", "aria-label": t("steer.label") },
      el("div", { class: "steer__head" }, icon("move"), this.#who, this.#begin),
      this.#pad,
      // Below what is held: a sentence that comes late must not move a button away from under a hand.
      this.#note,
    );
    // A hand that is not here any more holds nothing.
    window.addEventListener("blur", this.#letGo);
    document.addEventListener("visibilitychange", this.#letGo);
    document.addEventListener("keyup", this.#keyUp);
    this.#show();
  }

  get mine(): boolean {
    return this.#helm?.holder?.mine === true;
  }

  /** Whether whoever is below took the camera of whom steered here. */
  get #below(): boolean {
    return this.#helm?.note === "below";
  }

  end(): void {
    this.#giveUp?.();
    this.#hold.drop();
    window.removeEventListener("blur", this.#letGo);
    document.removeEventListener("visibilitychange", this.#letGo);
    document.removeEventListener("keyup", this.#keyUp);
  }

  /** Only the live picture is steered by. */
  live(live: boolean): void {
    if (live === this.#live) return;
    this.#live = live;
    if (!live) {
      this.#hold.drop();
      if (this.mine) this.#host.control("leave");
    }
    this.#show();
  }

  /** The line is gone, or the picture: whoever steered does no more. */
  lost(): void {
    this.#helm = null;
    this.#hold.drop();
    this.#show();
  }

  message(message: HelmMessage): void {
    if (message.type === "helm") {
      const had = this.mine;
      this.#helm = message;
      if (!had && this.mine && this.#able.has("presets")) this.#host.control("list");
      if (had && !this.mine) {
        this.#hold.drop();
        this.#host.notice(
          message.holder
            ? t("steer.taken", { name: message.holder.name })
            : t(this.#below ? "steer.below" : "steer.over"),
        );
      }
      this.#show();
    } else if (message.type === "presets") this.#list(message.presets);
    else if (message.type === "bearing") void this.#pointFrom(message);
    else if (message.failure !== "") this.#host.notice(this.#failure(message.failure));
    else if (SENT.has(message.do)) this.#host.notice(t("steer.going"));
    else if (message.do === "set") this.#host.notice(t("steer.presetSet"));
    else if (message.do === "remove") this.#host.notice(t("steer.presetRemoved"));
    else if (message.do === "set_home") this.#host.notice(t("steer.homeSet"));
  }

  /** Whether a key was one of the pad's; while one steers, arrows turn the camera. */
  key(event: KeyboardEvent): boolean {
    if (!this.mine || !this.#live) return false;
    const motion = motionOf(event, Number(this.#speed.value));
    if (!motion || !this.#can(motion)) return false;
    event.preventDefault();
    // An arrow that turns nothing is none for the timeline either: going back would give the camera back.
    if (this.#presetsOnly && !("zoom" in motion)) return true;
    if (!event.repeat) this.#hold.press(`key ${event.key}`, motion);
    return true;
  }

  readonly #keyUp = (event: KeyboardEvent): void => this.#hold.release(`key ${event.key}`);
  readonly #letGo = (): void => this.#hold.drop();

  #can(motion: Partial<Motion>): boolean {
    return "zoom" in motion ? this.#able.has("zoom") : this.#able.has("move");
  }

  #failure(kind: string): string {
    const key = `steer.failed.${kind}`;
    return t(key in zh ? (key as Key) : "steer.failed.protocol");
  }

  async #ask(reason: string): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.#show();
    try {
      await this.#host.begin(reason);
    } catch (error) {
      if (error instanceof Held) return void (await this.#held(error));
      const said = error instanceof Refused ? error.refusals[0] : undefined;
      const words = said
        ? [said.reason, said.clause && `（${said.clause}）`, "。", said.remedy].join("")
        : "";
      this.#host.notice(words || t("steer.failed.web"));
    } finally {
      this.#asking = false;
      this.#show();
    }
  }

  async #held(held: Held): Promise<void> {
    if (!held.mayTakeOver) {
      this.#host.notice(`${t("steer.other", { name: held.holder })}。${held.remedy}`);
      return;
    }
    const { askWords } = await import("./take_dialog");
    const reason = await askWords(this.#host.element, {
      title: t("steer.takeTitle"),
      lead: t("steer.takeLead", { name: held.holder }),
      label: t("steer.takeReason"),
      submit: t("steer.take"),
      clause: "S34(7)",
      length: 200,
    });
    this.#asking = false;
    if (reason !== null) await this.#ask(reason);
  }

  #show(): void {
    const holder = this.#helm?.holder ?? null;
    const said = this.#helm?.note ?? "";
    // A preset that is left again at the edge says so for a while: it is turned to presets only all the same.
    this.#presetsOnly = this.mine && (said === "presets" || (this.#presetsOnly && said === "edge"));
    this.element.dataset["mine"] = String(this.mine);
    const trouble = this.mine && this.#helm?.trouble ? t("steer.trouble") : "";
    const words = !this.#live
      ? t("steer.onlyLive")
      : this.mine
        ? trouble || t(this.#presetsOnly ? "steer.minePresets" : "steer.mine")
        : holder
          ? t("steer.other", { name: `${holder.name}${holder.unit ? ` · ${holder.unit}` : ""}` })
          : this.#helm
            ? t(this.#below ? "steer.belowNow" : "steer.free")
            : t("steer.waiting");
    setText(this.#who, words);
    this.#who.dataset["tone"] = trouble ? "attention" : this.mine ? "fine" : "calm";
    this.#pad.hidden = !this.mine || !this.#live;
    this.#begin.hidden = this.mine;
    this.#begin.disabled = this.#asking || !this.#helm || !this.#live;
    setText(this.#begin, t(holder && !this.mine ? "steer.take" : "steer.begin"));
    this.#owners.hidden = holder?.presets !== true;
    this.#point.hidden = this.#helm?.precise !== true;
    for (const part of this.#turns) part.hidden = this.#presetsOnly;
    if (this.#pad.hidden) this.#giveUp?.();
    const note = `steer.note.${said}`;
    this.#note.hidden = !this.mine || !this.#live || !(note in zh);
    setText(this.#note, this.#note.hidden ? "" : t(note as Key));
  }

  #list(presets: readonly Preset[]): void {
    const chosen = this.#presets.value;
    const none = presets.length === 0;
    this.#presets.replaceChildren(
      ...(none ? [el("option", { value: "" }, t("steer.noPresets"))] : []),
      ...presets.map(({ token, name }) => el("option", { value: token, selected: token === chosen }, name)),
    );
    this.#presets.disabled = none;
  }

  #build(): HTMLElement {
    const parts: HTMLElement[] = [];
    if (this.#able.has("move")) parts.push(this.#turning(this.#cross()));
    const lens = el("div", { class: "steer__lens" });
    if (this.#able.has("zoom")) lens.append(this.#pair("zoom", "zoomOut", "zoomIn", "steer.zoom"));
    if (this.#able.has("focus")) lens.append(this.#pair("focus", "minus", "plus", "steer.focus"));
    if (this.#able.has("iris")) lens.append(this.#pair("iris", "minus", "plus", "steer.iris"));
    if (this.#able.has("move") || this.#able.has("zoom")) {
      const speed = el("label", { class: "steer__pair" }, el("span", {}, t("steer.speed")), this.#speed);
      lens.append(this.#able.has("zoom") ? speed : this.#turning(speed));
    }
    if (lens.childElementCount > 0) parts.push(lens);
    parts.push(this.#places());
    parts.push(this.#more());
    parts.push(this.#button("steer.end", () => this.#host.control("leave"), "close"));
    return el("div", { class: "steer__pad" }, ...parts);
  }

  #turning(part: HTMLElement): HTMLElement {
    this.#turns.push(part);
    return part;
  }

  #cross(): HTMLElement {
    const turn = (name: IconName, label: Key, motion: Partial<Motion>) =>
      this.#held_button(name, label, motion);
    return el(
      "div",
      { class: "steer__cross", role: "group", "aria-label": t("steer.turn") },
      turn("arrowUp", "steer.up", { tilt: 1 }),
      turn("arrowLeft", "steer.left", { pan: -1 }),
      turn("arrowRight", "steer.right", { pan: 1 }),
      turn("arrowDown", "steer.down", { tilt: -1 }),
    );
  }

  #pair(axis: "zoom" | "focus" | "iris", less: IconName, more: IconName, label: Key): HTMLElement {
    return el(
      "div",
      { class: "steer__pair", role: "group", "aria-label": t(label) },
      el("span", {}, t(label)),
      this.#held_button(less, `steer.${axis}Less`, { [axis]: -1 }),
      this.#held_button(more, `steer.${axis}More`, { [axis]: 1 }),
    );
  }

  /** A button that moves the camera for as long as it is held, by pointer, space or enter. */
  #held_button(name: IconName, label: Key, way: Partial<Motion>): HTMLButtonElement {
    const button = el(
      "button",
      { class: "icon-button steer__hold", type: "button", "aria-label": t(label), title: t(label) },
      icon(name),
    );
    const press = () => {
      const speed = Number(this.#speed.value);
      const motion = Object.fromEntries(Object.entries(way).map(([axis, sign]) => [axis, sign * speed]));
      this.#hold.press(label, motion);
    };
    const release = () => this.#hold.release(label);
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      // The finger may slide off: it is still this button that it holds.
      button.setPointerCapture?.(event.pointerId);
      press();
    });
    for (const gone of ["pointerup", "pointercancel", "lostpointercapture", "blur"])
      button.addEventListener(gone, release);
    button.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      if (!event.repeat) press();
    });
    button.addEventListener("keyup", (event) => {
      if (event.key === " " || event.key === "Enter") release();
    });
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    return button;
  }

  #button(label: Key, act: () => void, name: IconName): HTMLButtonElement {
    const made = el(
      "button",
      { class: "icon-button", type: "button" },
      icon(name),
      el("span", { class: "icon-button__word" }, t(label)),
    );
    made.addEventListener("click", act);
    return made;
  }

  /** Drag zoom and cruises, which devices of GB/T 28181 know, and pointing by degrees, where the device tells its own. */
  #more(): HTMLElement {
    const more = el("div", { class: "steer__places" });
    if (this.#able.has("drag"))
      more.append(
        this.#turning(
          el(
            "div",
            { class: "steer__group" },
            this.#button("steer.dragIn", () => this.#draw("drag_in"), "zoomIn"),
            this.#button("steer.dragOut", () => this.#draw("drag_out"), "zoomOut"),
          ),
        ),
      );
    if (this.#able.has("cruise")) {
      const number = el("input", {
        class: "steer__cruise",
        type: "number",
        min: 0,
        max: 255,
        value: 1,
        "aria-label": t("steer.cruiseNumber"),
      });
      const start = () => number.checkValidity() && this.#host.control("cruise", number.value);
      more.append(
        this.#turning(
          el(
            "div",
            { class: "steer__group" },
            el("span", {}, t("steer.cruiseNumber")),
            number,
            this.#button("steer.cruiseStart", start, "play"),
            this.#button("steer.cruiseStop", () => this.#host.steer(STILL), "pause"),
          ),
        ),
      );
    }
    this.#point.append(this.#button("steer.point", () => this.#host.control("where"), "compass"));
    more.append(this.#point);
    return more;
  }

  async #pointFrom(here: Bearing): Promise<void> {
    if (!this.mine || !this.#live) return;
    const { askPoint } = await import("./point_dialog");
    const there = await askPoint(this.#host.element, here);
    if (there === null || !this.mine || !this.#live) return;
    // Whoever keeps its zoom is not asked for another.
    this.#host.control("precise", "", "", { there: { ...there, zoom: there.zoom ?? 1 } });
  }

  #draw(what: "drag_in" | "drag_out"): void {
    this.#giveUp?.();
    const picture = this.#host.picture();
    if (!picture) return;
    picture.stage.scrollIntoView?.({ block: "nearest" }); // on a phone it is above
    this.#host.notice(t("steer.dragHint"));
    this.#giveUp = drawBox(picture.stage, picture.video, (box) => {
      this.#giveUp = null;
      if (box && this.mine && this.#live) this.#host.control(what, "", "", { box });
    });
  }

  #places(): HTMLElement {
    const button = this.#button.bind(this);
    const chosen = () => this.#presets.value;
    const places = el("div", { class: "steer__places" });
    if (this.#able.has("presets")) {
      const go = () => chosen() !== "" && this.#host.control("goto", chosen());
      places.append(
        el("div", { class: "steer__group" }, this.#presets, button("steer.goto", go, "crosshair")),
      );
    }
    if (this.#able.has("home"))
      places.append(button("steer.home", () => this.#host.control("home"), "house"));
    if (this.#able.has("presets")) {
      const remove = () => chosen() !== "" && this.#host.control("remove", chosen());
      this.#owners.append(
        button("steer.set", () => void this.#name(), "plus"),
        button("steer.remove", remove, "minus"),
      );
    }
    if (this.#able.has("set_home"))
      this.#owners.append(button("steer.setHome", () => this.#host.control("set_home"), "house"));
    places.append(this.#owners);
    return places;
  }

  async #name(): Promise<void> {
    const { askWords } = await import("./take_dialog");
    const name = await askWords(this.#host.element, {
      title: t("steer.setTitle"),
      lead: t("steer.setLead"),
      label: t("steer.setName"),
      submit: t("steer.set"),
      clause: "S15",
      length: 40,
    });
    if (name !== null) this.#host.control("set", "", name);
  }
}

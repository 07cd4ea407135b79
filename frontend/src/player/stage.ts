/** What lies over and in place of the picture: name, age, purpose, watermark, panel, and a voice for screen readers. */
import { el, setText } from "../dom/build";
import { clauseChip } from "../dom/clause";
import { icon } from "../dom/icons";
import { cameraState, pageLanguage, t, type Key } from "../i18n/translate";
import { moment } from "../time/words";
import type { CameraStands } from "../view/protocol";
import { stepSaid } from "./step_words";
import { ageOf } from "./age";
import { panelFor, type Panel, type PanelAction } from "./panel";
import type { State } from "./state";
import { Watermark } from "./watermark";

const ACTIONS: Readonly<Record<PanelAction, Key>> = {
  retry: "retry",
  again: "stop.again",
  sub: "codec.sub",
  live: "player.goLive",
  subLive: "codec.subLive",
};

export class Stage {
  readonly video = el("video", { class: "player__video", muted: true, playsinline: true, tabindex: -1 });
  readonly watermark = new Watermark();
  readonly element: HTMLElement;
  readonly #act: (action: PanelAction) => void;
  readonly #name = el("span", { class: "player__name" });
  readonly #cameraState = el("span", { class: "player__camera-state" });
  readonly #age = el("span", { class: "player__age", hidden: true });
  readonly #stalled = el("span", { class: "player__stalled", hidden: true }, t("player.state.stalled"));
  readonly #device = el("span", { class: "player__device", hidden: true }, t("device.badge"));
  readonly #purpose = el("span", { class: "player__purpose", hidden: true });
  readonly #note = el("p", { class: "player__note", hidden: true });
  readonly #toast = el("p", { class: "player__toast", hidden: true });
  readonly #panel = el("div", { class: "panel", hidden: true });
  readonly #voice = el("p", { class: "visually-hidden", role: "status" });
  #registered = "";
  #stands: CameraStands | null = null;
  #shown: { state: State; stream: "main" | "sub" } | null = null;
  #toastTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(act: (action: PanelAction) => void) {
    this.#act = act;
    this.element = el(
      "div",
      { class: "player__stage", role: "group", tabindex: 0 },
      this.video,
      this.watermark.element,
      el(
        "div",
        { class: "player__top" },
        this.#name,
        this.#cameraState,
        this.#device,
        this.#purpose,
        this.#stalled,
        this.#age,
      ),
      this.#panel,
      this.#toast,
      this.#note,
      this.#voice,
    );
  }

  name(name: string, state: string): void {
    setText(this.#name, name);
    this.#registered = state;
    this.#showCameraState();
    this.element.setAttribute("aria-label", t("player.label", { name }));
    this.video.setAttribute("aria-label", t("player.label", { name }));
  }

  /** Whose grant this is, for which purpose. */
  grant(who: string, index: number, purpose: string): void {
    this.watermark.name(who, index);
    setText(this.#note, t("player.watermarkNote", { index }));
    this.#note.hidden = false;
    setText(this.#purpose, purpose === "" ? "" : t("player.purpose", { purpose }));
    this.#purpose.hidden = purpose === "";
  }

  /** How the camera stands now: in words over the picture, and in its place while there is none. */
  camera(stands: CameraStands | null): void {
    this.#stands = stands;
    this.#showCameraState();
    if (this.#shown?.state.kind === "waiting") this.show(this.#shown.state, this.#shown.stream);
  }

  #showCameraState(): void {
    const state = this.#stands?.state ?? this.#registered;
    setText(
      this.#cameraState,
      state === "" || state === "recording" ? "" : stateWords(state, this.#stands?.reason ?? ""),
    );
    this.#cameraState.dataset["calm"] = String(this.#stands?.reason === "unrecorded");
  }

  /** Whether the picture is the device's own recording, which nothing here vouches for. */
  device(on: boolean): void {
    if (this.#device.hidden !== on) return;
    this.#device.hidden = !on;
    if (on) setText(this.#voice, t("device.badge"));
  }

  show(state: State, stream: "main" | "sub"): void {
    this.#shown = { state, stream };
    const panel = panelFor(state, stream, this.#stands);
    this.element.dataset["state"] = state.kind;
    // While the picture is only on its way again the last one stays; a lost right leaves nothing.
    this.#panel.hidden = panel === null;
    if (panel) this.#draw(panel);
    this.watermark.element.hidden = panel !== null;
    this.#stalled.hidden = state.kind !== "stalled";
    this.#say(state, panel);
  }

  /** Age when live, the picture's own time in playback. */
  tick(nowUs: number, wallUs: number | null, live: boolean, playing: boolean): void {
    this.watermark.tick(nowUs);
    this.#age.hidden = wallUs === null;
    if (wallUs === null) return;
    if (!live) {
      setText(this.#age, `${t("player.playback")} ${moment(wallUs, pageLanguage())}`);
      this.#age.dataset["late"] = "false";
      return;
    }
    const { seconds, late } = ageOf(nowUs, wallUs);
    setText(this.#age, t("player.age", { seconds }));
    this.#age.dataset["late"] = String(late && playing);
  }

  toast(text: string): void {
    setText(this.#toast, text);
    setText(this.#voice, text);
    this.#toast.hidden = false;
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => (this.#toast.hidden = true), 6000);
  }

  /** In a supervised session or a granted request nothing is live: the way on from the end is the start. */
  bounded = false;

  #draw(panel: Panel): void {
    this.#panel.dataset["tone"] = panel.tone;
    const lines = panel.lines.map((line) =>
      el(
        "div",
        { class: "panel__line" },
        el("p", {}, line.text, line.clause && clauseChip(line.clause)),
        line.remedy && el("p", { class: "panel__remedy" }, line.remedy),
      ),
    );
    const actions = panel.actions.filter((action) => !(this.bounded && action === "subLive"));
    const buttons = actions.map((action) => {
      const button = el(
        "button",
        { class: "button button--secondary", type: "button" },
        t(this.bounded && action === "live" ? "player.fromStart" : ACTIONS[action]),
      );
      button.addEventListener("click", () => this.#act(action));
      return button;
    });
    this.#panel.replaceChildren(
      icon(panel.icon),
      el("p", { class: "panel__title" }, panel.title),
      ...lines,
      ...(buttons.length > 0 ? [el("div", { class: "button-row" }, ...buttons)] : []),
    );
  }

  /** Only what changes what a person can do is read aloud. */
  #say(state: State, panel: Panel | null): void {
    const nothingNew = state.kind === "waiting" && !panel?.lines.length;
    if (state.kind === "connecting" || state.kind === "stalled" || nothingNew) return;
    if (state.kind === "reconnecting" && state.attempt > 1) return;
    const lines = panel?.lines.flatMap((line) => [line.text, line.remedy ?? ""]) ?? [];
    const word = state.kind === "paused" ? t("player.pause") : "";
    setText(this.#voice, panel ? [panel.title, ...lines].join(" ") : word);
  }
}

function stateWords(state: string, reason: string): string {
  return stepSaid(reason)?.reason ?? cameraState(state, reason);
}

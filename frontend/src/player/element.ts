/**
 * `<custodes-player camera="UUID" camera-name="东门" camera-state="recording" [stream="sub"] [at="ISO"] [compact]
 *   [request="UUID" span-from="ISO" span-to="ISO"]>`: with a request it shows the span that was granted, and never live.
 *
 * With `session="UUID" span-from="ISO" span-to="ISO"` it shows that span of a supervised session and nothing else: never live, no sound,
 * no other span, and a part of the picture may be enlarged (`enlarge`).
 *
 * Asks for its own grant unless a wall gave it a shared session (`share`). Events: `custodes-frame`, `custodes-position`,
 * `custodes-state`, `custodes-mark`, `custodes-span-edge`, `custodes-needs-reason` (can be prevented).
 */
import { gapReason, t } from "../i18n/translate";
import type { ViewWish } from "../net/api";
import { clock, parseIso } from "../time/words";
import { setTimeZone } from "../time/zone";
import { PageWatch } from "../view/page_watch";
import type { Region, Source, StreamName } from "../view/protocol";
import { ViewSession } from "../view/session";
import { beginSteering } from "../net/steering";
import type { SteerPad } from "../steer/pad";
import { beginSpeaking } from "../net/speaking";
import type { SpeakPad } from "../speak/pad";
import type { HelmMessage, HelmSays, SpeechSays } from "../view/protocol";
import { hush } from "../sound/hush";
import { Controls } from "./controls";
import { Engine } from "./engine";
import type { Frame } from "./frames";
import { showKeys } from "./help_dialog";
import { actionFor, nextRate, type Action } from "./keys";
import type { PanelAction } from "./panel";
import { proposedSpan, reaches } from "./reach";
import { Stage } from "./stage";
import type { State } from "./state";
import { grantedSpanOf, supervisedSpanOf, wishOf, type Span } from "./wish";

export interface FrameDetail {
  readonly mediaTime: number;
  readonly wall_us: number;
  /** `DOMHighResTimeStamp` at which the frame was handed to the screen. */
  readonly presented: number;
}

export interface PositionDetail {
  readonly us: number | null;
  readonly live: boolean;
  readonly paused: boolean;
}

const TICK_MS = 250;
/** Above this rate the worker sends key frames only (docs/design/wire.md §5). */
const KEY_FRAMES_ABOVE = 4;
const KEYS_OF_THEIR_OWN = "input, select, textarea, dialog, [contenteditable], details[data-menu][open]";

export class CustodesPlayer extends HTMLElement {
  static readonly observedAttributes = ["camera-name", "camera-state"];

  #stage: Stage | null = null;
  #engine: Engine | null = null;
  #controls: Controls | null = null;
  #pad: SteerPad | null = null;
  #helm: HelmSays | null = null;
  #mouth: SpeakPad | null = null;
  #speech: SpeechSays | null = null;
  #shared: ViewSession | null = null;
  #watch: PageWatch | null = null;
  #purpose = "";
  #shown: Frame | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  connectedCallback(): void {
    setTimeZone(document.documentElement.dataset["timeZone"]);
    this.#build();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    document.addEventListener("fullscreenchange", this.#showControls);
    if (!this.hasAttribute("compact")) document.addEventListener("keydown", this.#onKey);
    const at = parseIso(this.getAttribute("at") ?? "");
    if (!this.hasAttribute("manual")) this.#begin(Number.isNaN(at) ? null : at);
  }

  disconnectedCallback(): void {
    clearInterval(this.#timer);
    document.removeEventListener("fullscreenchange", this.#showControls);
    document.removeEventListener("keydown", this.#onKey);
    this.#pad?.end();
    this.#mouth?.end();
    this.#engine?.stop();
    this.#watch?.end();
    this.#watch = null;
  }

  attributeChangedCallback(): void {
    this.#showName();
  }

  get camera(): string {
    return this.getAttribute("camera") ?? "";
  }
  get video(): HTMLVideoElement | null {
    return this.#stage?.video ?? null;
  }
  get state(): State {
    return this.#engine?.state ?? { kind: "idle" };
  }
  get live(): boolean {
    return this.#engine?.live ?? true;
  }
  get paused(): boolean {
    return this.#engine?.paused ?? false;
  }
  /** Wall time of the picture on screen, µs UTC. */
  get positionUs(): number | null {
    return this.#engine?.positionUs ?? null;
  }
  /** Seconds of the camera's sound that were handed to the browser. */
  get heard(): number {
    return this.#engine?.heard ?? 0;
  }
  /** Whose grant the picture is shown under; what shows more of this camera shows it under the same. */
  get session(): ViewSession | null {
    return this.#engine?.session ?? null;
  }
  /** The server's time, µs UTC. */
  get nowUs(): number {
    return this.#engine?.session?.clock.now() ?? Date.now() * 1000;
  }

  /** Shows the camera on a session that others share; whoever gives it ends it. Null stops. */
  share(session: ViewSession | null): void {
    this.#shared = session;
    if (session) this.#begin(null);
    else this.#engine?.stop();
  }

  play(): void {
    this.#engine?.play();
  }
  pause(): void {
    this.#engine?.pause();
  }
  /** What a supervised session may show, µs UTC; null outside of one. */
  get supervisedSpan(): Span | null {
    return supervisedSpanOf(this);
  }

  /** All that a supervised session or a granted request shows, µs UTC: never live. Null where it begins live. */
  get grantedSpan(): Span | null {
    return grantedSpanOf(this);
  }

  /** Shows a part of a supervised picture larger; null for the whole. */
  enlarge(region: Region | null): void {
    if (this.supervisedSpan) this.#engine?.enlarge(region);
  }

  goLive(): void {
    if (this.grantedSpan) return this.#begin(null);
    const grant = this.#engine?.session?.grant;
    if (this.state.kind === "lost" || (grant && !grant.live)) this.#begin(null);
    else this.#engine?.goLive();
  }

  /** Asks what the camera's device has recorded itself between two times, µs UTC: `custodes-recordings` tells the answer. */
  askRecordings(from: number, to: number): void {
    this.#engine?.askRecordings(from, to);
  }

  /** Goes to wall time `us`; beyond what the grant reaches it asks for 事由 and 内容 first. Without `source` it stays where it plays from. */
  async seek(us: number, source?: Source): Promise<void> {
    const engine = this.#engine;
    const grant = engine?.session?.grant;
    const lost = this.state.kind === "lost" ? this.state.loss.kind : null;
    // Where the picture of now is refused (a vote, a retired camera), what was recorded before may be asked for.
    const closed = !this.hasAttribute("request") && (lost === "refused" || lost === "stopped");
    if (!engine || !(grant || closed)) return;
    const only = this.supervisedSpan;
    if (only) {
      if (us >= only[0] && us < only[1]) return engine.seek(us);
      return this.#stage?.toast(t("player.outOfSession"));
    }
    if (us >= this.nowUs - 500_000 && !this.hasAttribute("request")) return this.goLive();
    if (grant && !closed && reaches(grant, us, this.nowUs)) return engine.seek(us, source);
    // What a request names is all there is: more is asked for by another request.
    if (this.hasAttribute("request")) return this.#stage?.toast(t("player.outsideGrant"));
    if (this.#shared || !this.#emit("custodes-needs-reason", { us }, true)) return;
    const { askWhy } = await import("./why_dialog");
    const why = await askWhy(this, proposedSpan(us, this.nowUs), closed ? 0 : (grant?.backSeconds ?? 0));
    if (!why) return;
    const { purpose, content, matter, span } = why;
    const wish: ViewWish = {
      cameras: [this.camera],
      live: !closed && (grant?.live ?? false),
      span,
      reason: { purpose, content, matter },
    };
    this.#purpose = purpose;
    this.#startOwn(wish, Math.min(Math.max(us, span[0]), span[1] - 1), source);
  }

  act(action: Action): void {
    const engine = this.#engine;
    if (!engine) return;
    const here = engine.positionUs;
    switch (action) {
      case "toggle":
        return engine.paused ? engine.play() : engine.pause();
      case "slower":
        return this.#setRate(nextRate(engine.rate, -1));
      case "faster":
        return this.#setRate(nextRate(engine.rate, 1));
      case "stepBack":
        return engine.step(-1);
      case "stepForward":
        return engine.step(1);
      case "back10":
        return void (here !== null && this.seek(here - 10e6));
      case "forward10":
        return void (here !== null && !engine.live && this.seek(here + 10e6));
      case "live":
        return this.grantedSpan ? undefined : this.goLive();
      case "sound":
        return void engine.hear(!engine.hears);
      case "fullscreen":
        return void this.#toggleFullscreen();
      case "help":
        return showKeys(this);
      case "mark":
        return void (here !== null && this.#emit("custodes-mark", { us: here }));
      case "spanStart":
      case "spanEnd":
        return void (
          here !== null &&
          this.#emit("custodes-span-edge", { edge: action === "spanStart" ? "start" : "end", us: here })
        );
    }
  }

  /**
   * Does what a key asks, wherever on the page the focus is; true when it was one of the player's. Fields, dialogs and
   * open menus keep their keys, and whoever used a key already (`preventDefault`) has had it.
   */
  key(event: KeyboardEvent): boolean {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (!target || event.defaultPrevented || event.isComposing) return false;
    if (target.closest(KEYS_OF_THEIR_OWN) || document.querySelector("dialog:modal")) return false;
    if (this.#pad?.key(event) || this.#mouth?.key(event)) return true;
    const action = actionFor(event, target.closest("button, a, summary") !== null);
    if (!action) return false;
    event.preventDefault();
    this.act(action);
    return true;
  }

  #build(): void {
    if (this.#stage) return;
    this.classList.add("player");
    this.#stage = new Stage((action) => this.#panelAct(action));
    this.#engine = new Engine(this.#stage.video, {
      state: (state) => this.#state(state),
      changed: () => this.#showControls(),
      frame: (frame, presented) => this.#frame(frame, presented),
      camera: (stands) => this.#stage?.camera(stands),
      gap: ({ from, to, reason }) =>
        this.#stage?.toast(`${t("timeline.gap", { reason: gapReason(reason) })} ${clock(from)}–${clock(to)}`),
      notice: (detail) => this.#stage?.toast(detail),
      recordings: (told) => this.#emit("custodes-recordings", told),
      helm: (message) => this.#told(message),
      speech: (says) => this.#heard(says),
    });
    this.#stage.bounded = this.grantedSpan !== null;
    this.append(this.#stage.element);
    if (!this.hasAttribute("compact")) {
      this.#controls = new Controls({
        act: (action) => this.act(action),
        rate: (rate) => this.#setRate(rate),
        jump: (us) => void this.seek(us),
      });
      this.append(this.#controls.element);
      void this.#buildPad();
      if (this.hasAttribute("speak")) void this.#buildMouth();
    } else this.#stage.element.tabIndex = -1;
    this.#showName();
  }

  /** A pad where the page says what the camera can do (`steer="move zoom presets …"`). */
  async #buildPad(): Promise<void> {
    const able = this.getAttribute("steer");
    if (!able) return;
    // Most cameras don't turn: their page needn't carry it.
    const { SteerPad } = await import("../steer/pad");
    if (!this.#engine) return; // taken out of the page meanwhile
    const engine = () => this.#engine;
    this.#pad = new SteerPad(able, {
      element: this,
      begin: (reason) => beginSteering(this.camera, this.session?.grant?.grant ?? "", reason),
      steer: (motion) => engine()?.tell((channel) => ({ type: "steer", channel, ...motion })),
      control: (what, token = "", name = "", about) =>
        engine()?.tell((channel) => ({
          ...{ type: "control", channel, do: what, token, name },
          ...about,
        })),
      picture: () => {
        const [stage, video] = [this.#stage?.element, this.video];
        return stage && video ? { stage, video } : null;
      },
      notice: (text) => this.#stage?.toast(text),
    });
    this.append(this.#pad.element);
    if (this.#helm) this.#pad.message(this.#helm);
    this.#showControls();
  }

  /** What one speaks with, where the page says that its reader may (`speak`). */
  async #buildMouth(): Promise<void> {
    const { SpeakPad } = await import("../speak/pad");
    if (!this.#engine) return; // taken out of the page meanwhile
    const engine = () => this.#engine;
    this.#mouth = new SpeakPad({
      element: this,
      begin: (reason) => beginSpeaking(this.camera, this.session?.grant?.grant ?? "", reason),
      send: (octets) => engine()?.speak(octets),
      end: () => engine()?.tell((channel) => ({ type: "speak", channel, do: "end" })),
      quiet: (on) => hush(this, on),
    });
    this.append(this.#mouth.element);
    if (this.#speech) this.#mouth.message(this.#speech);
    this.#showControls();
  }

  #heard(says: SpeechSays | null): void {
    this.#speech = says;
    if (says) this.#mouth?.message(says);
    else this.#mouth?.lost();
  }

  /** Of the helm it is said with each change alone: what came before the pad was here is kept for it. */
  #told(message: HelmMessage | null): void {
    if (!message) {
      this.#helm = null;
      return this.#pad?.lost();
    }
    if (message.type === "helm") this.#helm = message;
    this.#pad?.message(message);
  }

  readonly #onKey = (event: KeyboardEvent): void => void this.key(event);

  #setRate(rate: number): void {
    const engine = this.#engine;
    if (!engine || engine.live || rate === engine.rate) return;
    engine.setRate(rate);
    if (rate > KEY_FRAMES_ABOVE) this.#stage?.toast(t("player.keyFramesOnly"));
  }

  #begin(at: number | null): void {
    this.#purpose = "";
    if (this.#shared && !this.supervisedSpan)
      this.#engine?.start(this.#shared, this.camera, this.#stream, at);
    else {
      const wish = wishOf(this);
      this.#startOwn(wish, at ?? wish.span?.[0] ?? null);
    }
  }

  #startOwn(wish: ViewWish, at: number | null, source?: Source): void {
    this.#engine?.stop();
    this.#watch?.end();
    const session = new ViewSession(wish);
    this.#watch = new PageWatch(session, () => this.#startOwn(wish, at, source));
    this.#shown = null;
    this.#engine?.start(session, this.camera, this.#stream, at, source);
  }

  get #stream(): StreamName {
    return this.getAttribute("stream") === "sub" ? "sub" : "main";
  }

  #panelAct(action: PanelAction): void {
    if (action === "live") return this.goLive();
    const sub = action === "sub" || action === "subLive";
    if (sub) this.setAttribute("stream", "sub");
    if (this.#shared && !sub) this.#emit("custodes-again", {});
    else this.#begin(null);
    this.#stage?.element.focus();
  }

  #state(state: State): void {
    if (state.kind === "lost" || state.kind === "idle") this.#shown = null;
    this.#stage?.show(state, this.#stream);
    this.#showControls();
    this.#emit("custodes-state", { kind: state.kind });
    if (state.kind === "ended" && !this.#shown) this.#askForStart();
  }

  /** A page may begin (`at`) where the grant does not reach: then the reason is asked for, as on any such seek. */
  #askForStart(): void {
    const us = this.positionUs;
    const grant = this.#engine?.session?.grant;
    if (this.supervisedSpan) return;
    if (us !== null && grant && !reaches(grant, us, this.nowUs)) void this.seek(us);
  }

  #frame(frame: Frame, presented: number): void {
    const first = !this.#shown;
    this.#shown = frame;
    if (first) {
      this.#showControls();
      this.#showGrant();
      this.#tick();
    }
    const detail: FrameDetail = { mediaTime: frame.media, wall_us: frame.wallUs, presented };
    this.dispatchEvent(new CustomEvent("custodes-frame", { detail }));
  }

  #tick(): void {
    const engine = this.#engine;
    if (!engine) return;
    const wallUs = this.#shown?.wallUs ?? null;
    this.#stage?.tick(this.nowUs, wallUs, engine.live, !engine.paused);
    if (wallUs === null) return;
    this.#controls?.time(wallUs);
    const detail: PositionDetail = { us: engine.positionUs, live: engine.live, paused: engine.paused };
    this.dispatchEvent(new CustomEvent("custodes-position", { detail }));
  }

  #showGrant(): void {
    const grant = this.#engine?.session?.grant;
    if (!grant) return;
    this.#stage?.grant(grant.watermark, grant.index, this.#purpose);
    this.#stage?.watermark.tick(this.nowUs);
  }

  #showName(): void {
    this.#stage?.name(this.getAttribute("camera-name") ?? "", this.getAttribute("camera-state") ?? "");
  }

  readonly #showControls = (): void => {
    const engine = this.#engine;
    if (!engine) return;
    const fullscreen = document.fullscreenElement === this;
    this.#stage?.device(engine.device);
    this.#pad?.live(engine.live && !engine.paused);
    this.#mouth?.live(engine.live && !engine.paused);
    this.#mouth?.hears(engine.hears);
    this.#controls?.show({
      live: engine.live,
      paused: engine.paused,
      rate: engine.rate,
      fullscreen,
      bounded: this.grantedSpan !== null,
      sound: engine.mayHear ? (engine.hears ? "on" : "off") : null,
    });
  };

  async #toggleFullscreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.requestFullscreen().catch(() => undefined);
  }

  #emit(name: string, detail: unknown, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable }));
  }
}

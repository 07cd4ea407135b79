/** One camera's picture in one video element, live or playback. It draws nothing; `EngineListener` hears what happened. */
import { deviceStep, t } from "../i18n/translate";
import type { Speaker } from "../sound/speaker";
import { canPlay, offeredCodecs } from "../view/codecs";
import type {
  Binary,
  BrowserMessage,
  CameraStands,
  ChannelMessage,
  End,
  Region,
  Source,
  StreamName,
} from "../view/protocol";
import { speechMessage } from "../view/protocol";
import type { Loss, Picture, ViewSession } from "../view/session";
import type { Frame } from "./frames";
import { GapsAhead } from "./gaps_ahead";
import { playOrAsk } from "./play";
import { Projector, seconds } from "./projector";
import type { EngineListener, State } from "./state";

const WHOLE: Region = { left: 0, top: 0, width: 1, height: 1 };
const TICK_MS = 100;

export class Engine implements Picture {
  readonly video: HTMLVideoElement;
  readonly #listener: EngineListener;
  readonly #projector: Projector;
  #session: ViewSession | null = null;
  #camera = "";
  #stream: StreamName = "main";
  #codecs: string[] | null = null;
  #state: State = { kind: "idle" };
  #live = true;
  /** Of playback. */
  #source: Source = "archive";
  #paused = false;
  #rate = 1;
  #shown: Frame | null = null;
  #stepped: Frame | null = null;
  #wantedUs: number | null = null;
  readonly #gaps = new GapsAhead();
  #timer: ReturnType<typeof setInterval> | undefined;
  #reported = 0;
  #faults = 0;
  /** The worker ended the channel: going anywhere takes a new one. */
  #over = false;
  /** Pieces of sound that were sent. */
  #spoken = 0;
  #stands: CameraStands | null = null;
  /** There only while a person wants to hear. */
  #speaker: Speaker | null = null;
  /** The part of a supervised picture that is shown; null for the whole. */
  #region: Region | null = null;

  constructor(video: HTMLVideoElement, listener: EngineListener) {
    this.video = video;
    this.#listener = listener;
    this.#projector = new Projector(video, {
      seen: (frame, presented) => this.#seen(frame, presented),
      settled: () => this.#place(),
      dry: () => this.#dry(),
      flows: () => this.#flows(),
      failed: () => this.#failed(),
    });
  }

  get state(): State {
    return this.#state;
  }
  get live(): boolean {
    return this.#live;
  }
  get paused(): boolean {
    return this.#paused;
  }
  /** Whether what is played is the device's own recording. */
  get device(): boolean {
    return !this.#live && this.#source === "device";
  }
  get rate(): number {
    return this.#rate;
  }
  get session(): ViewSession | null {
    return this.#session;
  }
  /** Whether the grant lets this camera be heard. */
  get mayHear(): boolean {
    return this.#session?.sounding.has(this.#camera) ?? false;
  }
  get hears(): boolean {
    return this.#speaker !== null;
  }
  /** Seconds of sound handed to the browser. */
  get heard(): number {
    return this.#speaker?.played ?? 0;
  }
  /** Wall time of the picture on screen, or where it is going; null before there is one. */
  get positionUs(): number | null {
    return this.#wantedUs ?? this.#shown?.wallUs ?? null;
  }

  /** Begins to show `camera` on `session`, at `atUs` or live. */
  start(
    session: ViewSession,
    camera: string,
    stream: StreamName,
    atUs: number | null,
    source: Source = "archive",
  ): void {
    this.stop();
    this.#source = source;
    this.#session = session;
    this.#camera = camera;
    this.#stream = stream;
    this.#live = atUs === null;
    this.#wantedUs = atUs;
    this.#paused = false;
    this.#codecs = null;
    this.#faults = 0;
    this.#region = null;
    this.#set({ kind: "connecting" });
    session.attach(camera, this);
  }

  /** Shows nothing and holds no channel. The session stays. */
  stop(): void {
    clearInterval(this.#timer);
    this.#session?.detach(this);
    this.#session = null;
    this.#shown = this.#stepped = null;
    this.#deafen();
    this.#drop();
    this.#set({ kind: "idle" });
  }

  connected(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#open();
  }

  disconnected(attempt: number, seconds: number, restarting: boolean): void {
    this.#stand(null);
    this.#gone();
    this.#set({ kind: "reconnecting", attempt, seconds, restarting });
  }

  lost(loss: Loss): void {
    clearInterval(this.#timer);
    this.#gone();
    this.#deafen();
    this.#drop();
    this.#set({ kind: "lost", loss });
  }

  play(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#stepped = null;
    if (this.#live) {
      // Going on from where it stood is playback; the live edge is one button away.
      const from = this.#shown?.wallUs ?? null;
      if (from !== null) return this.seek(from);
    }
    this.#say((channel) => ({ type: "resume", channel }));
    this.#run();
    this.#changed();
  }

  pause(): void {
    if (this.#paused || this.#state.kind === "idle") return;
    this.#paused = true;
    this.video.pause();
    this.#speaker?.silence(true);
    this.#say((channel) => ({ type: "pause", channel }));
    this.#changed();
  }

  setRate(rate: number): void {
    if (this.#live || rate === this.#rate) return;
    this.#rate = rate;
    this.#speaker?.silence();
    this.video.playbackRate = rate;
    this.#say((channel) => ({ type: "rate", channel, rate }));
    this.#changed();
  }

  /** Hears the camera, or no more; the first time it takes a person's hand on a button. */
  async hear(on: boolean): Promise<void> {
    if (on === this.hears || (on && !this.mayHear)) return;
    if (on) {
      // Few cameras may be heard: the page of another needn't carry it.
      const { Speaker } = await import("../sound/speaker");
      if (this.hears || !this.mayHear) return;
      this.#speaker = new Speaker((codec) => this.#listener.notice(t("player.noSound", { codec })));
    } else this.#deafen();
    this.#say((channel) => ({ type: "sound", channel, on }));
    this.#listener.changed();
  }

  goLive(): void {
    this.#live = true;
    this.#source = "archive";
    this.#rate = 1;
    this.#paused = false;
    this.#goTo(null);
  }

  /** Goes to wall time `us`, keeping pause. */
  seek(us: number, source: Source = this.#source): void {
    const same = !this.#live && source === this.#source;
    this.#source = source;
    const buffered = same ? this.#projector.frames?.atWall(us) : undefined;
    const first = this.#projector.frames?.first;
    this.#live = false;
    if (buffered && first && us >= first.wallUs) {
      this.#wantedUs = null;
      this.#stepped = this.#paused ? buffered : null;
      this.#speaker?.silence();
      this.#projector.show(buffered);
      this.#reported = 0;
      if (!this.#paused) this.#run();
      this.#changed();
    } else this.#goTo(us);
  }

  /** Shows a part of a supervised picture larger, or the whole again, from where it stands; the worker cuts it out (S29, N21). */
  enlarge(region: Region | null): void {
    const at = this.positionUs;
    if (at === null || !this.#projector.on || this.#over) return;
    this.#region = region;
    this.#wantedUs = at;
    this.#shown = this.#stepped = null;
    this.#gaps.clear();
    this.#projector.expectFresh();
    this.#say((channel) => ({ type: "enlarge", channel, at, ...(region ?? WHOLE) }));
    this.#set({ kind: "waiting" });
    this.#listener.changed();
  }

  /** One picture forward (1) or back (-1); pauses. */
  step(direction: 1 | -1): void {
    this.pause();
    const { frames } = this.#projector;
    // Where the last step went, when its picture may still be to come; else what is on screen.
    const here = this.#stepped ?? this.#shown;
    if (!frames || !here) return;
    const there = direction > 0 ? frames.next(here.media) : frames.previous(here.media);
    if (!there) return this.seek(here.wallUs + direction * Math.round(here.duration * 1e6));
    this.#stepped = there;
    this.#projector.show(there);
  }

  message(message: ChannelMessage): void {
    switch (message.type) {
      case "init":
        if (!canPlay(message.mime)) return this.#noCodec(message.mime, message.sub);
        this.#projector.begin(message);
        if (message.live !== this.#live) {
          this.#live = message.live;
          this.#rate = 1;
          this.#changed();
        }
        if (!message.live) this.#source = message.source;
        this.#listener.changed();
        return;
      case "codec":
        // The worker judged by what was offered; asked for this very string, the browser may say yes.
        if (canPlay(message.mime) && !this.#codecs?.includes(message.mime)) {
          this.#codecs = [message.mime];
          return this.#open();
        }
        return this.#noCodec(message.mime, message.sub);
      case "gap":
        this.#gaps.add(message);
        return;
      case "edge":
        this.#live = true;
        this.#rate = 1;
        this.#changed();
        return;
      case "state":
        return this.#stand(message);
      case "recordings":
        return this.#listener.recordings?.(message);
      case "rate":
        this.#rate = this.video.playbackRate = message.rate;
        this.#listener.notice(t("device.rate", { why: deviceStep(message.failure) }));
        return this.#changed();
      case "helm":
      case "presets":
      case "bearing":
      case "controlled":
        return this.#listener.helm?.(message);
      case "speech":
        return this.#listener.speech?.(message);
      case "end":
        return this.#end(message);
    }
  }

  binary(binary: Binary): void {
    if (!binary.sound) this.#projector.take(binary);
    else if (this.#projector.belongs(binary)) this.#speaker?.take(binary);
  }

  /** Says something about the camera on the picture's channel. */
  tell(message: (channel: number) => BrowserMessage): void {
    this.#say(message);
  }

  /** Asks what the camera's device has recorded itself; the listener hears of it. */
  askRecordings(from: number, to: number): void {
    const camera = this.#camera;
    this.#say((channel) => ({ type: "recordings", channel, camera, from, to }));
  }

  error(detail: string): void {
    this.#listener.notice(detail);
  }

  /** Sends sound for the camera's loudspeaker. */
  speak(octets: Uint8Array<ArrayBuffer>): void {
    this.#session?.sound(this, (channel) => speechMessage(channel, this.#spoken++, octets));
  }

  /** The line is gone: nobody steers by it, and nobody speaks. */
  #gone(): void {
    this.#listener.helm?.(null);
    this.#listener.speech?.(null);
  }

  #run(): void {
    playOrAsk(this.video, () => {
      this.#paused = true;
      this.#listener.changed();
    });
  }

  #say(message: (channel: number) => BrowserMessage): void {
    this.#session?.say(this, message);
  }

  #set(state: State): void {
    this.#state = state;
    this.#listener.state(state);
  }

  /** In playback it is not the point how the camera stands now. */
  #stand(stands: CameraStands | null): void {
    this.#stands = stands;
    this.#listener.camera(this.#live ? stands : null);
  }

  #changed(): void {
    const { kind } = this.#state;
    // A person who pauses while data is awaited has paused; nothing would come to say so later.
    if (this.#shown && (kind === "playing" || kind === "paused" || (kind === "stalled" && this.#paused)))
      this.#set({ kind: this.#paused ? "paused" : "playing" });
    this.#listener.changed();
  }

  #open(): void {
    if (!this.#session) return;
    this.#drop();
    this.#over = false;
    this.#stand(null);
    const at = this.#live ? null : this.positionUs;
    this.#wantedUs = at;
    if (!this.#projector.open()) return this.#set({ kind: "codec", mime: "", live: this.#live, sub: false });
    this.#set({ kind: "waiting" });
    this.#session.reopen(this, (channel) => ({
      type: "open",
      channel,
      camera: this.#camera,
      stream: this.#stream,
      at,
      rate: this.#live ? 1 : this.#rate,
      codecs: this.#codecs ?? offeredCodecs(),
      source: this.#source,
    }));
    if (this.hears) this.#say((channel) => ({ type: "sound", channel, on: true }));
    // A fresh channel shows the whole picture.
    const region = this.#region;
    if (region && at !== null) this.#say((channel) => ({ type: "enlarge", channel, at, ...region }));
  }

  #goTo(at: number | null): void {
    this.#wantedUs = at;
    this.#shown = this.#stepped = null;
    this.#speaker?.silence();
    if (this.#over) return this.#open();
    this.#gaps.clear();
    this.#stand(this.#stands);
    this.#projector.expectFresh();
    const rate = at === null ? 1 : this.#rate;
    const source = this.#source;
    if (this.#projector.on) this.#say((channel) => ({ type: "seek", channel, at, rate, source }));
    this.#set({ kind: "waiting" });
    this.#listener.changed();
  }

  /** Puts the picture where it should begin, as soon as that is buffered. */
  #place(): void {
    const projector = this.#projector;
    if (!projector.placing) return;
    if (this.#live) {
      if (this.#session && projector.placeLive(this.#session.clock.now()) && !this.#paused) this.#run();
    } else if (projector.placeAt(this.#wantedUs, this.#rate)) {
      if (!this.#paused) this.#run();
      // A seek sets the worker going; a picture that stands still needs no more.
      else this.#say((channel) => ({ type: "pause", channel }));
    }
  }

  #tick(): void {
    if (!this.#shown || this.#paused || !this.#projector.keepUp(this.#live)) return;
    const now = seconds();
    if (!this.#live && now - this.#reported >= Math.max(0.25, 1 / Math.max(1, this.#rate))) {
      this.#reported = now;
      const at = this.#shown.wallUs;
      this.#say((channel) => ({ type: "position", channel, at }));
    }
  }

  #seen(frame: Frame, presented: number): void {
    this.#shown = frame;
    if (!this.#paused && this.video.playbackRate > 0.9 && this.video.playbackRate < 1.15)
      this.#speaker?.picture(frame.wallUs);
    if (!this.#projector.placing) this.#wantedUs = null;
    this.#faults = 0;
    if (this.#state.kind === "waiting" || this.#state.kind === "stalled")
      this.#set({ kind: this.#paused ? "paused" : "playing" });
    const gap = this.#gaps.crossed(frame.wallUs);
    if (gap) this.#listener.gap(gap);
    this.#listener.frame(frame, presented);
  }

  #dry(): void {
    if (this.#paused || this.#projector.placing || !this.#shown) return;
    if (this.#state.kind !== "playing") return;
    if (this.#live) this.#projector.stalled();
    this.#set({ kind: "stalled" });
  }

  #flows(): void {
    if (this.#state.kind === "stalled" && this.#shown) this.#set({ kind: "playing" });
  }

  #end({ reason, clause, detail }: End): void {
    this.#over = true;
    if (reason === "revoked") this.lost({ kind: "stopped", reason, clause, detail });
    else if (reason === "nothing_recorded")
      this.#set({ kind: "nothing", fromUs: this.positionUs ?? this.#session?.clock.now() ?? 0 });
    else if (reason === "device") this.#set({ kind: "device", step: detail });
    else if (reason === "closed") this.#set({ kind: "off" });
    else if (reason === "error") this.#failed();
    else this.#set({ kind: "ended" });
  }

  #noCodec(mime: string, sub: boolean): void {
    this.#drop();
    // Nothing more comes on this channel, but another time may have another codec.
    this.#over = true;
    this.#set({ kind: "codec", mime, live: this.#live, sub });
  }

  /** Decoding or carrying failed: opened again, three times in a row at the most. */
  #failed(): void {
    if (!this.#projector.on) return;
    this.#drop();
    this.#set({ kind: "error" });
    if (this.#faults++ < 3)
      setTimeout(() => this.#state.kind === "error" && this.#open(), 500 * this.#faults);
  }

  #deafen(): void {
    this.#speaker?.close();
    this.#speaker = null;
  }

  #drop(): void {
    this.#speaker?.silence();
    this.#projector.close();
    this.#gaps.clear();
  }
}

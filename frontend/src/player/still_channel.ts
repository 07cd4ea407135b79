/**
 * Single pictures of other times, on a channel of their own beside the picture's (docs/decisions/0046). One wish is
 * under way at most; of those that come meanwhile only the newest is remembered.
 */
import { fragmentTimes, timescaleOf } from "../mp4/fragment";
import { canPlay, offeredCodecs } from "../view/codecs";
import type { Binary, BrowserMessage, ChannelMessage, StillDone } from "../view/protocol";
import type { Picture, ViewSession } from "../view/session";

export interface Still {
  /** The wish that it answers, µs UTC. */
  readonly at: number;
  /** Its own time, µs UTC. */
  readonly wallUs: number;
  readonly mime: string;
  /** Initialisation segment and the one fragment. */
  readonly bytes: readonly Uint8Array[];
  /** A moment within it, media time in seconds. */
  readonly media: number;
}

export interface StillListener {
  picture(still: Still): void;
  /** No picture for the wish; `reason` as the worker says it, empty when it could not be asked. */
  none(at: number, reason: string): void;
  /** Nobody looks any more, or may: what was shown has to go. */
  closed(): void;
}

/** An answer that takes longer is not waited for. */
const ANSWER_MS = 5000;
/** After the last look the channel stays for so long; its end is the end of a viewing in the node's record. */
const LINGER_MS = 10_000;

export class StillChannel implements Picture {
  readonly #listener: StillListener;
  #session: ViewSession | null = null;
  #camera = "";
  #codecs: string[] | null = null;
  #ready = false;
  #open = false;
  #wanted: number | null = null;
  #underway: number | null = null;
  #mime = "";
  #header: Uint8Array | null = null;
  #fragment: Uint8Array | null = null;
  #late: ReturnType<typeof setTimeout> | undefined;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: StillListener) {
    this.#listener = listener;
  }

  /** Wishes for the picture of `at`, µs UTC, on a session that has its grant. */
  ask(session: ViewSession, camera: string, at: number): void {
    if (session !== this.#session || camera !== this.#camera) this.close();
    this.#wanted = at;
    clearTimeout(this.#linger);
    if (this.#session) return this.#pump();
    this.#session = session;
    this.#camera = camera;
    session.attach(camera, this);
  }

  /** The wish that waits is not wanted any more. */
  forget(): void {
    this.#wanted = null;
  }

  /** Nobody looks now; the channel is kept for a moment. */
  leave(): void {
    this.forget();
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => this.close(), LINGER_MS);
  }

  close(): void {
    if (!this.#session) return;
    const session = this.#session;
    this.#session = null;
    this.#wanted = null;
    this.#codecs = null;
    clearTimeout(this.#linger);
    this.#apart();
    session.detach(this);
    this.#listener.closed();
  }

  connected(): void {
    this.#wanted ??= this.#underway;
    this.#apart();
    this.#ready = true;
    this.#pump();
  }

  disconnected(): void {
    const at = this.#wanted ?? this.#underway;
    this.#apart();
    this.#nothing(at, "");
  }

  lost(): void {
    this.close();
  }

  message(message: ChannelMessage): void {
    if (message.type === "init") this.#mime = message.mime;
    else if (message.type === "still") this.#done(message);
    else if (message.type === "codec") {
      this.#open = false;
      // The worker judged by what was offered; asked for this very string, the browser may say yes.
      const again = canPlay(message.mime) && !this.#codecs?.includes(message.mime);
      if (again) this.#codecs = [message.mime];
      this.#answered((at) => (again ? (this.#wanted ??= at) : this.#nothing(at, "")));
    } else if (message.type === "end") this.error();
  }

  binary(binary: Binary): void {
    if (binary.initialisation) this.#header = binary.bytes;
    else this.#fragment = binary.bytes;
  }

  error(): void {
    this.#open = false;
    this.#answered((at) => this.#nothing(at, ""));
  }

  #pump(): void {
    const at = this.#wanted;
    if (at === null || this.#underway !== null || !this.#ready || !this.#session) return;
    this.#wanted = null;
    this.#underway = at;
    this.#header = this.#fragment = null;
    this.#late = setTimeout(() => this.#answered((late) => this.#nothing(late, "")), ANSWER_MS);
    const still = (channel: number): BrowserMessage => ({
      type: "still",
      channel,
      camera: this.#camera,
      at,
      codecs: this.#codecs ?? offeredCodecs(),
    });
    if (this.#open) this.#session.say(this, still);
    else this.#session.reopen(this, still);
    this.#open = true;
  }

  #done({ at, wall_us, reason }: StillDone): void {
    if (at !== this.#underway) return;
    const still = wall_us === null ? null : this.#assembled(at, wall_us);
    this.#answered(() => (still ? this.#listener.picture(still) : this.#nothing(at, reason)));
  }

  #assembled(at: number, wallUs: number): Still | null {
    if (!this.#header || !this.#fragment || !canPlay(this.#mime)) return null;
    const [picture] = fragmentTimes(this.#fragment)?.pictures ?? [];
    const timescale = timescaleOf(this.#header);
    if (!picture || !timescale) return null;
    const media = (picture.time + picture.duration / 2) / timescale;
    return { at, wallUs, mime: this.#mime, bytes: [this.#header, this.#fragment], media };
  }

  /** The wish that was under way is over; then the next one's turn has come. */
  #answered(say: (at: number) => void): void {
    const at = this.#underway;
    this.#underway = null;
    clearTimeout(this.#late);
    if (at !== null) say(at);
    this.#pump();
  }

  #nothing(at: number | null, reason: string): void {
    if (at !== null) this.#listener.none(at, reason);
  }

  #apart(): void {
    clearTimeout(this.#late);
    this.#ready = this.#open = false;
    this.#underway = null;
  }
}

/**
 * One camera's pictures on a video element: buffered, begun where they should begin, kept near the live edge. What is asked
 * for, and whether it is live or paused, is the engine's.
 */
import type { Binary, Init } from "../view/protocol";
import { middle, type Frame, type FrameBook } from "./frames";
import { FrameWatch } from "./frame_watch";
import { Intake } from "./intake";
import { LiveEdge } from "./live_edge";
import { MediaPipe } from "./media_pipe";
import { Placing } from "./placing";

export interface ProjectorListener {
  /** A frame came on screen. */
  seen(frame: Frame, presented: number): void;
  /** More is buffered: a picture that has no place yet may get one. */
  settled(): void;
  /** No picture follows the one on screen. */
  dry(): void;
  /** Pictures follow again. */
  flows(): void;
  /** Decoding or carrying failed. */
  failed(): void;
}

/** Monotonic. */
export const seconds = () => performance.now() / 1000;
/** Without data and without a new picture for this long, a picture stands still, whether or not the browser says so. */
const STANDS_STILL_SECONDS = 0.6;

export class Projector {
  readonly video: HTMLVideoElement;
  readonly #listener: ProjectorListener;
  readonly #edge = new LiveEdge();
  readonly #placing = new Placing();
  readonly #watch: FrameWatch;
  #pipe: MediaPipe | null = null;
  #intake: Intake | null = null;
  #shownAt = 0;

  constructor(video: HTMLVideoElement, listener: ProjectorListener) {
    this.video = video;
    this.#listener = listener;
    this.#watch = new FrameWatch(video, (media, presented) => this.#seen(media, presented));
    video.muted = true;
    video.playsInline = true;
    video.addEventListener("waiting", () => listener.dry());
    video.addEventListener("playing", () => listener.flows());
    // A frame that is shown while standing still isn't always announced by frame callbacks.
    video.addEventListener("seeked", () => video.paused && this.#seen(video.currentTime, performance.now()));
    video.addEventListener("error", () => listener.failed());
  }

  get on(): boolean {
    return this.#pipe !== null;
  }
  /** Whether the picture still waits for the place where it begins. */
  get placing(): boolean {
    return this.#placing.active;
  }
  get frames(): FrameBook | undefined {
    return this.#intake?.frames;
  }

  /** Begins with nothing buffered; false where the browser can't. */
  open(): boolean {
    try {
      this.#pipe = new MediaPipe(this.video, {
        ...this.#listener,
        anew: () => this.#placing.begin(seconds()),
        freeable: (media) => this.#intake?.freeable(media) ?? 0,
      });
    } catch {
      return false;
    }
    this.#intake = new Intake(this.#pipe);
    this.#watch.start();
    return true;
  }

  close(): void {
    this.#watch.stop();
    this.#pipe?.close();
    this.#pipe = null;
    this.#intake = null;
    this.#placing.reset();
  }

  begin(init: Init): void {
    this.#intake?.begin(init);
  }

  take(binary: Binary): void {
    this.#intake?.take(binary);
  }

  /** Whether what came belongs to what is shown now, and not to what was before a seek. */
  belongs(binary: Binary): boolean {
    const init = this.#intake?.init;
    return init != null && binary.epoch === (init.epoch & 0xff);
  }

  /** What is under way is not wanted any more. */
  expectFresh(): void {
    this.#intake?.expectFresh();
  }

  show(frame: Frame): void {
    this.video.currentTime = middle(frame);
  }

  /** Puts a live picture where it begins at `nowUs`, the server's time; false while nothing is there. */
  placeLive(nowUs: number): boolean {
    const { video } = this;
    const end = this.#pipe?.endAround(video.currentTime) ?? null;
    const last = this.frames?.last;
    if (end === null || !last) return false;
    const age = (nowUs - last.wallUs) / 1e6;
    const to = this.#placing.live(seconds(), age, end - video.currentTime, this.#edge.start(end));
    if (to !== null) video.currentTime = to;
    return true;
  }

  /** Puts a recorded picture at wall time `us`, or at the first that came; false while that is not buffered. */
  placeAt(us: number | null, rate: number): boolean {
    const there = us === null ? this.frames?.first : this.frames?.atWall(us);
    if (!there || !this.#pipe?.covers(there.media)) return false;
    this.#placing.done();
    this.show(there);
    this.video.playbackRate = rate;
    return true;
  }

  /** The picture ran dry at the live edge: more is kept ahead of it from now on. */
  stalled(): void {
    this.#edge.stalled(seconds());
  }

  /** Keeps a picture that runs in step, called several times a second; false while nothing is buffered. */
  keepUp(live: boolean): boolean {
    const { video } = this;
    const end = this.#pipe?.endAround(video.currentTime) ?? null;
    if (end === null) return false;
    const now = seconds();
    this.#pipe?.leaveHole(end);
    // The browser says `waiting` once; when that falls into the first burst, or a late picture follows it, it says no more.
    if (now - this.#shownAt > STANDS_STILL_SECONDS && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) {
      this.#placing.done();
      this.#listener.dry();
    }
    if (live && !this.#placing.active) {
      const { rate, jumpTo } = this.#edge.step(now, video.currentTime, end);
      if (jumpTo !== null) video.currentTime = jumpTo;
      if (Math.abs(video.playbackRate - rate) > 0.004) video.playbackRate = rate;
    }
    this.#intake?.trim(now, video.currentTime);
    return true;
  }

  #seen(media: number, presented: number): void {
    const frame = this.#intake?.init && this.#intake.frames.at(media);
    if (!frame) return;
    this.#shownAt = seconds();
    this.#listener.seen(frame, presented);
  }
}

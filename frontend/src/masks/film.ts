/**
 * The video element, picture by picture (docs/design/mask.md, E1). `index` is the picture on the screen as the browser itself reports it
 * (`requestVideoFrameCallback`); without that report, the one that the clock names after a seek.
 * Events: `picture` when another one is shown, `state` when it plays, pauses or fails.
 */
import type { PictureTimes } from "./times";

export const RATES = [0.25, 0.5, 1, 2, 4] as const;

/** How long after a seek a report is waited for: none comes where the same picture stays, or the page is hidden. */
const REPORT_MS = 250;
const MOST_TRIES = 2;

export class Film extends EventTarget {
  index = 0;
  #reports: boolean;
  #wanted: number | null = null;
  #sought: number | null = null;
  #tries = 0;
  #until: number | null = null;
  #waiting: ReturnType<typeof setTimeout> | null = null;
  #begun = false;

  constructor(
    readonly video: HTMLVideoElement,
    readonly times: PictureTimes,
  ) {
    super();
    this.#reports = "requestVideoFrameCallback" in video;
    video.addEventListener("seeked", () => this.#afterSeek());
    video.addEventListener("ended", () => {
      if (!this.#reports) this.#at(this.times.ofMoment(video.currentTime));
    });
    for (const event of ["play", "pause", "ended", "error", "ratechange", "loadeddata"])
      video.addEventListener(event, () => this.dispatchEvent(new Event("state")));
    if (this.#reports) this.#listen();
    else {
      // Where the clock stands before anybody moved it is where the first picture is.
      const begin = () => this.#begin(video.currentTime);
      video.addEventListener("loadeddata", begin, { once: true });
      this.#watch();
    }
  }

  /** Ticks of the picture that is shown. */
  get now(): number {
    return this.times.of(this.index);
  }

  get playing(): boolean {
    return !this.video.paused && !this.video.ended;
  }

  /** Whether a picture is on its way. */
  get seeking(): boolean {
    return this.#wanted !== null;
  }

  play(): void {
    if (this.video.ended || this.index === this.times.last) this.video.currentTime = this.times.inside(0);
    void this.video.play().catch(() => this.dispatchEvent(new Event("state")));
  }

  pause(): void {
    this.#until = null;
    this.video.pause();
    if (!this.#reports && this.#wanted === null) this.#at(this.times.ofMoment(this.video.currentTime));
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  /** So many pictures on from the one that is shown, or that is being gone to. */
  step(by: number): void {
    this.go((this.#wanted ?? this.index) + by);
  }

  /** Shows a picture, paused. */
  go(index: number): void {
    this.pause();
    const to = Math.min(Math.max(index, 0), this.times.last);
    // A seek that is on its way is let arrive: one that is broken off shows nothing while a key is held.
    const under = this.#wanted !== null;
    this.#wanted = to;
    this.#tries = 0;
    if (!under) this.#seek();
  }

  goTo(ticks: number): void {
    this.go(this.times.at(ticks));
  }

  /** Plays from one time to another and stays on the last picture. */
  playThrough(from: number, to: number): void {
    this.go(this.times.at(from));
    const begin = () => {
      if (this.seeking) return;
      this.removeEventListener("picture", begin);
      this.play();
      this.#until = this.times.at(to);
    };
    this.addEventListener("picture", begin);
  }

  /** The first picture's own time is where the browser's clock begins: told once, before anything else was gone to. */
  #begin(media: number): void {
    if (!this.#begun && this.#wanted === null) this.times.offset = media;
    this.#begun = true;
  }

  #seek(): void {
    if (this.#wanted === null) return;
    this.#sought = this.#wanted;
    this.video.currentTime = this.times.inside(this.#wanted);
  }

  #afterSeek(): void {
    this.#clear();
    if (this.#wanted === null) return;
    if (!this.#reports) return this.#at(this.times.ofMoment(this.video.currentTime));
    this.#waiting = setTimeout(() => this.#at(this.times.ofMoment(this.video.currentTime)), REPORT_MS);
  }

  #clear(): void {
    if (this.#waiting !== null) clearTimeout(this.#waiting);
    this.#waiting = null;
  }

  #listen(): void {
    this.video.requestVideoFrameCallback((_, frame) => {
      if (this.video.currentTime <= frame.mediaTime + 1e-3) this.#begin(frame.mediaTime);
      this.#begun = true;
      this.#clear();
      this.#at(this.times.ofFrame(frame.mediaTime));
      this.#listen();
    });
  }

  /** Without reports: looks at the clock before each paint while it plays. */
  #watch(): void {
    const look = () => {
      if (this.playing) this.#at(this.times.ofMoment(this.video.currentTime));
      if (this.video.isConnected) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  /** A picture is on the screen. */
  #at(index: number): void {
    this.index = index;
    if (this.#until !== null && index >= this.#until) this.go(this.#until);
    else this.#arrive(index);
    this.dispatchEvent(new Event("picture"));
  }

  /** Whether the picture is the one that was gone to; goes on to a later wish, or tries once more. */
  #arrive(index: number): void {
    if (this.#wanted === null || (index !== this.#sought && this.video.seeking)) return;
    if (this.#wanted !== this.#sought) return this.#seek();
    if (index !== this.#wanted && this.#tries++ < MOST_TRIES) return this.#seek();
    this.#wanted = null;
  }
}

/**
 * From a channel's messages to buffered pictures: epochs, the types of what follows, and the book of frames. It decides
 * what is appended and when the buffer starts anew; the element's place and rate are the engine's.
 */
import { fragmentTimes, timescaleOf } from "../mp4/fragment";
import type { Binary, Init } from "../view/protocol";
import { FrameBook } from "./frames";

export interface IntakeTarget {
  setType(mime: string): void;
  append(bytes: Uint8Array): void;
  clear(): void;
  removeBefore(media: number): void;
  /** What comes next is at another place of media time than what was buffered. */
  anew(): void;
}

/** A step of media time larger than this, in seconds, starts the buffer anew. */
const BROKEN_BY = 0.5;
/** Seconds that stay buffered behind the picture, so that steps back are at once. */
const KEEP_BEHIND_SECONDS = 30;
const TRIM_EVERY_SECONDS = 5;
/** A rounding error at the key frame must not take the key frame. */
const BEFORE_KEY_SECONDS = 0.001;

export class Intake {
  readonly frames = new FrameBook();
  readonly #target: IntakeTarget;
  #init: Init | null = null;
  #fresh = true;
  #checkFirst = false;
  #timescale = 90_000;
  #header: Uint8Array | null = null;
  #trimmed = 0;

  constructor(target: IntakeTarget) {
    this.#target = target;
  }

  /** After `open` or `seek`: what was underway is not wanted any more; everything begins with the next `init`. */
  expectFresh(): void {
    this.#init = null;
    this.#fresh = true;
  }

  /** Forgets, now and then, what lies far behind the picture at media time `at`; `now` is monotonic, in seconds. */
  trim(now: number, at: number): void {
    if (now - this.#trimmed <= TRIM_EVERY_SECONDS || at <= KEEP_BEHIND_SECONDS + 5) return;
    this.#trimmed = now;
    const before = this.freeable(at - KEEP_BEHIND_SECONDS);
    if (before <= 0) return;
    this.#target.removeBefore(before);
    this.frames.trim(before + 2 * BEFORE_KEY_SECONDS);
  }

  /**
   * Media time before which everything may go when what is from `media` on has to stay; 0 when nothing may. A buffer
   * gives up whole groups of pictures: told to end within one it takes what is on screen as well (MSE §3.5.9).
   */
  freeable(media: number): number {
    const key = this.frames.keyBefore(media);
    return key ? Math.max(0, key.media - BEFORE_KEY_SECONDS) : 0;
  }

  get init(): Init | null {
    return this.#init;
  }

  begin(init: Init): void {
    this.#init = init;
    if (this.#fresh) {
      this.#fresh = false;
      this.#startAnew();
    }
    this.#checkFirst = true;
    this.#target.setType(init.mime);
  }

  /** Takes one binary message. True when it brought pictures. */
  take(binary: Binary): boolean {
    if (!this.#init || binary.epoch !== (this.#init.epoch & 0xff)) return false;
    if (binary.initialisation) {
      this.#timescale = timescaleOf(binary.bytes) ?? this.#timescale;
      this.#header = binary.bytes;
      this.#target.append(binary.bytes);
      return false;
    }
    const times = fragmentTimes(binary.bytes);
    if (!times) return false;
    const start = times.start / this.#timescale;
    if (this.#checkFirst) this.#follow(start);
    for (const picture of times.pictures) {
      const media = picture.time / this.#timescale;
      this.frames.add({
        media,
        duration: picture.duration / this.#timescale,
        wallUs: binary.wallUs + Math.round((media - start) * 1e6),
        key: picture.key,
      });
    }
    this.#target.append(binary.bytes);
    return true;
  }

  /** The first pictures behind an `init`: do they follow what is buffered, or is it another place? */
  #follow(start: number): void {
    this.#checkFirst = false;
    const last = this.frames.last;
    if (last && Math.abs(start - (last.media + last.duration)) > BROKEN_BY) {
      this.#startAnew();
      if (this.#header) this.#target.append(this.#header);
    }
  }

  #startAnew(): void {
    this.frames.clear();
    this.#target.clear();
    this.#target.anew();
  }
}

/**
 * What is in the buffer, picture by picture: media time (seconds, as the video element counts) and wall time (µs UTC).
 * Frame steps, the age of the picture and exact seeks are look-ups here.
 */
export interface Frame {
  readonly media: number;
  readonly duration: number;
  readonly wallUs: number;
  /** A decoder can start here. */
  readonly key: boolean;
}

/** A moment inside the picture, so that rounding can't show its neighbour. */
export function middle(frame: Frame): number {
  return frame.media + Math.min(frame.duration / 2, 0.02);
}

const MOST_FRAMES = 20_000;

export class FrameBook {
  #frames: Frame[] = [];

  get length(): number {
    return this.#frames.length;
  }

  get first(): Frame | undefined {
    return this.#frames[0];
  }

  get last(): Frame | undefined {
    return this.#frames.at(-1);
  }

  /** Notes a picture. Pictures come nearly in order; one that is there already is replaced. */
  add(frame: Frame): void {
    const last = this.#frames.at(-1);
    if (!last || frame.media > last.media) this.#frames.push(frame);
    else {
      const at = this.#after(frame.media);
      const same = at > 0 && this.#frames[at - 1]?.media === frame.media;
      this.#frames.splice(same ? at - 1 : at, same ? 1 : 0, frame);
    }
    if (this.#frames.length > MOST_FRAMES) this.#frames.splice(0, this.#frames.length - MOST_FRAMES);
  }

  clear(): void {
    this.#frames = [];
  }

  /** Forgets the pictures before media time `media`, which are no longer buffered. */
  trim(media: number): void {
    const keep = this.#frames.findIndex((frame) => frame.media + frame.duration > media);
    if (keep < 0) this.#frames = [];
    else if (keep > 0) this.#frames.splice(0, keep);
  }

  /** The last key frame at or before media time `media`: what is decoded from there on needs nothing older. */
  keyBefore(media: number): Frame | undefined {
    return this.#frames.findLast((frame) => frame.key && frame.media <= media);
  }

  /** The picture shown at media time `media`; the first one when `media` is before it. */
  at(media: number): Frame | undefined {
    // A media time as reported for a frame may be a rounding error before it.
    return this.#frames[Math.max(0, this.#after(media + 1e-4) - 1)];
  }

  next(media: number): Frame | undefined {
    return this.#frames[this.#after(media + 1e-4)];
  }

  previous(media: number): Frame | undefined {
    return this.#frames[this.#after(media + 1e-4) - 2];
  }

  /** Wall time at media time `media`, between pictures too; null when nothing is known. */
  wallAt(media: number): number | null {
    const frame = this.at(media);
    if (!frame) return null;
    const into = Math.min(Math.max(0, media - frame.media), frame.duration);
    return frame.wallUs + Math.round(into * 1e6);
  }

  /**
   * The picture that was there at wall time `us`: the last one not after it. Undefined while pictures up to `us` are
   * still to come; the first one when all are later (playback began behind a gap).
   */
  atWall(us: number): Frame | undefined {
    const { first, last } = this;
    if (!first || !last) return undefined;
    if (first.wallUs >= us) return first;
    if (last.wallUs + last.duration * 1e6 <= us) return undefined;
    return this.#frames.findLast((frame) => frame.wallUs <= us) ?? first;
  }

  /** Index of the first picture after `media`. */
  #after(media: number): number {
    let low = 0;
    let high = this.#frames.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#frames[middle]?.media ?? Infinity) <= media) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

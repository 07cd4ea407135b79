/**
 * The film's pictures by their times (docs/design/mask.md, E1): ticks of 90 kHz from the first picture, as the source has them. A browser
 * counts seconds from wherever the film's own clock begins, in microseconds; each of its times means the nearest picture.
 */
export const TICKS = 90_000;

export class PictureTimes {
  /** Where the browser's clock stands at the first picture, seconds. */
  offset = 0;

  /** @throws TypeError where the times don't rise from 0. */
  constructor(readonly ticks: readonly number[]) {
    if (ticks.length === 0 || ticks[0] !== 0) throw new TypeError("the first picture is at 0");
    if (ticks.some((one, at) => at > 0 && one <= (ticks[at - 1] as number)))
      throw new TypeError("the times of pictures don't rise");
  }

  get last(): number {
    return this.ticks.length - 1;
  }

  /** Ticks of a picture; of the nearest one that there is. */
  of(index: number): number {
    return this.ticks[Math.min(Math.max(index, 0), this.last)] as number;
  }

  /** The picture that is shown at a time: the last one not after it. */
  at(ticks: number): number {
    let [low, high] = [0, this.ticks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ticks[middle] as number) <= ticks) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }

  /** The picture that a frame's media time (seconds) names: the nearest, since it is rounded. */
  ofFrame(media: number): number {
    const ticks = (media - this.offset) * TICKS;
    const at = this.at(ticks);
    return at < this.last && this.of(at + 1) - ticks < ticks - this.of(at) ? at + 1 : at;
  }

  /** The picture at a moment (seconds) somewhere within its life. */
  ofMoment(media: number): number {
    return this.at((media - this.offset) * TICKS + 1);
  }

  /** A moment well inside a picture, seconds: no rounding, by whatever clock, leads to its neighbour. */
  inside(index: number): number {
    const here = this.of(index);
    const next = index < this.last ? this.of(index + 1) : here + this.#typical();
    return this.offset + (here + Math.min((next - here) / 2, TICKS / 50)) / TICKS;
  }

  /** The last picture's length is not told; as long as the one before, and never longer than a 25th of a second. */
  #typical(): number {
    return this.last > 0 ? Math.min(this.of(this.last) - this.of(this.last - 1), TICKS / 25) : TICKS / 25;
  }
}

/** `0:03.20`: minutes, seconds, hundredths. */
export function told(ticks: number): string {
  const hundredths = Math.floor((ticks * 100) / TICKS);
  const [minutes, rest] = [Math.floor(hundredths / 6000), hundredths % 6000];
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${minutes}:${pad(Math.floor(rest / 100))}.${pad(rest % 100)}`;
}

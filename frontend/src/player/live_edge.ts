/**
 * Follows the live edge with a bounded rate: 1.0 to 1.1, and one jump when more than 3 s behind. A bigger buffer is no
 * answer to falling behind (go2rtc#1277), and a rate that people can see is none either (go2rtc#1602).
 *
 * How much is kept ahead of the picture adapts: each stall adds, each calm stretch takes some away.
 */
export interface EdgeOptions {
  /** Seconds of pictures kept ahead at the least. */
  readonly least: number;
  /** And at the most, however often it stalls. */
  readonly most: number;
  /** Behind by more than this many seconds: jump. */
  readonly jumpBehind: number;
  readonly highestRate: number;
}

export const EDGE: EdgeOptions = { least: 0.06, most: 1, jumpBehind: 3, highestRate: 1.1 };

export interface EdgeStep {
  readonly rate: number;
  /** Media time to jump to, or null. */
  readonly jumpTo: number | null;
}

const CALM_SECONDS = 10;
const STALL_ADDS = 0.06;
const CALM_TAKES = 0.02;
/** Rate above 1 per second of excess: half a second behind is caught up at the highest rate. */
const GAIN = 0.25;
/** Excess that is left alone: less than a frame's worth of jitter. */
const SLACK = 0.04;

export class LiveEdge {
  readonly #options: EdgeOptions;
  #target: number;
  #calmSince: number | null = null;

  constructor(options: EdgeOptions = EDGE) {
    this.#options = options;
    this.#target = options.least;
  }

  /** Seconds that are kept ahead of the picture now. */
  get target(): number {
    return this.#target;
  }

  /** The picture ran dry at `now` (seconds, monotonic). */
  stalled(now: number): void {
    this.#target = Math.min(this.#options.most, this.#target + STALL_ADDS);
    this.#calmSince = now;
  }

  /**
   * What to do at `now`.
   *
   * @param now seconds, monotonic
   * @param media where the picture is, in seconds of media time
   * @param end media time up to which pictures are buffered
   */
  step(now: number, media: number, end: number): EdgeStep {
    this.#calm(now);
    const ahead = end - media;
    if (ahead > this.#options.jumpBehind || ahead < -0.5) return { rate: 1, jumpTo: this.start(end) };
    const excess = ahead - this.#target - SLACK;
    const rate = excess <= 0 ? 1 : Math.min(this.#options.highestRate, 1 + excess * GAIN);
    return { rate, jumpTo: null };
  }

  /** Where to begin when pictures up to `end` are buffered. */
  start(end: number): number {
    return Math.max(0, end - this.#target);
  }

  #calm(now: number): void {
    this.#calmSince ??= now;
    if (now - this.#calmSince < CALM_SECONDS) return;
    this.#calmSince = now;
    this.#target = Math.max(this.#options.least, this.#target - CALM_TAKES);
  }
}

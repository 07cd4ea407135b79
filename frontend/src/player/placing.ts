/**
 * Where a live picture begins. The worker sends the cached group of pictures in a burst: the first picture is shown as
 * soon as it is there, and when the burst has caught up with now the picture goes to the live edge in one step, instead
 * of running after it for half a minute.
 */
const CAUGHT_UP_SECONDS = 0.4;
const LONGEST_BURST_SECONDS = 1.5;
const WORTH_A_JUMP_SECONDS = 0.2;

export class Placing {
  #began: number | null = null;
  #first = true;

  /** A fresh stream was announced at `now` (seconds, monotonic). */
  begin(now: number): void {
    this.#began = now;
    this.#first = true;
  }

  get active(): boolean {
    return this.#began !== null;
  }

  done(): void {
    this.#began = null;
  }

  reset(): void {
    this.#began = null;
  }

  /**
   * Media time to go to, or null to leave the picture where it is.
   *
   * @param age of the newest picture that arrived, in seconds
   * @param ahead seconds buffered ahead of the picture
   * @param start where the live edge would have it begin
   */
  live(now: number, age: number, ahead: number, start: number): number | null {
    if (this.#began === null) return null;
    const caughtUp = age < CAUGHT_UP_SECONDS || now - this.#began > LONGEST_BURST_SECONDS;
    const first = this.#first;
    this.#first = false;
    if (caughtUp) this.#began = null;
    if (first) return start;
    return caughtUp && ahead > WORTH_A_JUMP_SECONDS ? start : null;
  }
}

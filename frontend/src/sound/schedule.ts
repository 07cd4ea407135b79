/**
 * When a piece of sound is to be heard, so that it goes with the picture on screen. Pictures lead: they never wait for
 * sound, and sound that comes too late is left out.
 */
/** Pieces this near to the end of the one before follow it without a hole, seconds. */
const TOGETHER_SECONDS = 0.06;
/** As far ahead of the picture as pieces are handed to the browser, seconds. */
const AHEAD_SECONDS = 0.4;

export type Verdict = { kind: "play"; at: number } | { kind: "wait" } | { kind: "late" };

export class Schedule {
  #wallUs = 0;
  #at = Number.NaN;
  #end = Number.NaN;

  /** The picture of `wallUs` is on screen while the sound's own clock says `at` (seconds). */
  picture(wallUs: number, at: number): void {
    this.#wallUs = wallUs;
    this.#at = at;
  }

  /** Nothing is heard any more; what comes next begins anew. */
  clear(): void {
    this.#at = this.#end = Number.NaN;
  }

  /** What becomes of a piece that begins at `wallUs` and lasts `seconds`, now (seconds of the sound's clock). */
  judge(wallUs: number, seconds: number, now: number): Verdict {
    if (Number.isNaN(this.#at)) return { kind: "wait" };
    let at = this.#at + (wallUs - this.#wallUs) / 1e6;
    if (Math.abs(at - this.#end) < TOGETHER_SECONDS) at = this.#end;
    if (at > now + AHEAD_SECONDS) return { kind: "wait" };
    if (at < now - 0.005 || at < this.#end - TOGETHER_SECONDS) return { kind: "late" };
    this.#end = at + seconds;
    return { kind: "play", at };
  }
}

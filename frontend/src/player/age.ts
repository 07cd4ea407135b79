/** How old the picture on screen is, by the server's clock. */
export class ServerClock {
  #offsetUs: number | null = null;
  #at = -Infinity;

  /**
   * Notes that the server's clock stood at `serverUs` when this browser's stood at `localUs`. The way here makes it late,
   * never early, so the largest offset of the last ten minutes is the truest.
   */
  note(serverUs: number, localUs: number): void {
    const offset = serverUs - localUs;
    if (this.#offsetUs !== null && localUs - this.#at < 600e6 && offset <= this.#offsetUs) return;
    this.#offsetUs = offset;
    this.#at = localUs;
  }

  get known(): boolean {
    return this.#offsetUs !== null;
  }

  /** The server's time, µs UTC; this browser's own until the server has been heard. */
  now(localUs: number = Date.now() * 1000): number {
    return localUs + (this.#offsetUs ?? 0);
  }
}

/** Age in seconds with one decimal, and whether it asks for attention (older than one second). */
export function ageOf(nowUs: number, wallUs: number): { seconds: string; late: boolean } {
  const seconds = Math.max(0, (nowUs - wallUs) / 1e6);
  return { seconds: seconds < 100 ? seconds.toFixed(1) : String(Math.round(seconds)), late: seconds > 1 };
}

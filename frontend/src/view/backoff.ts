/** Seconds to wait before the next attempt: doubling from half a second to 15, with jitter so that a wall doesn't knock at once. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(15, 0.5 * 2 ** Math.max(0, attempt));
  return base * (0.75 + random() * 0.5);
}

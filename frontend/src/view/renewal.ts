/** Seconds from now until tokens are renewed: two thirds into what is left of them, never at once and never too late. */
export function renewAfter(expiresUs: number, nowUs: number): number {
  const left = Number.isNaN(expiresUs) ? 60 : (expiresUs - nowUs) / 1e6;
  return Math.min(Math.max(2, (left * 2) / 3), 40);
}

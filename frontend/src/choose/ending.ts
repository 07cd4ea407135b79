/** When footage reaches the end of its term, and whether a hold keeps it (`access/choosing/ending.py` says the same without script). Pure. */
import { DAY_US, startOfDay } from "../time/zone";

type Span = readonly [number, number];

/** From when footage captured at `us` may be deleted: a local day is kept whole, and so many days behind it. */
export function goesAt(us: number, days: number): number {
  // Half a day on: a day of 23 or 25 hours is still the next one.
  return startOfDay(startOfDay(us) + (days + 1) * DAY_US + DAY_US / 2);
}

/** Whether something of the span lies in none of the others. */
export function uncovered(span: Span, by: readonly Span[]): boolean {
  let reached = span[0];
  for (const [from, to] of [...by].sort((a, b) => a[0] - b[0])) {
    if (from > reached) break;
    reached = Math.max(reached, to);
  }
  return reached < span[1];
}

/** When the span's beginning goes, if that is before `decided` and no hold keeps it; null otherwise. */
export function endsBefore(span: Span, days: number, decided: number, holds: readonly Span[]): number | null {
  const goes = goesAt(span[0], days);
  if (goes > decided) return null;
  const cut = Math.min(span[1], startOfDay(startOfDay(decided) - days * DAY_US + DAY_US / 2));
  return uncovered([span[0], cut], holds) ? goes : null;
}

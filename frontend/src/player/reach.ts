/** What a grant lets a person reach: the live picture, so many seconds back, and a span. */
import type { Grant } from "../net/api";

/** Whether wall time `us` may be shown under the grant at `nowUs`. */
export function reaches(grant: Pick<Grant, "backSeconds" | "span">, us: number, nowUs: number): boolean {
  if (us >= nowUs - grant.backSeconds * 1e6) return true;
  return grant.span !== null && us >= grant.span[0] && us < grant.span[1];
}

/** The span to propose when somebody wants to see wall time `us`: ten minutes around it, never beyond now. */
export function proposedSpan(us: number, nowUs: number): [number, number] {
  const from = us - 60e6;
  return [from, Math.min(from + 600e6, nowUs)];
}

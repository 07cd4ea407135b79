import { fromLocal } from "./zone";

/** Microseconds UTC of `2024-06-03T08:05[:09]`, read in the shown time zone; NaN when it is something else. */
export function parseLocalInput(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text);
  if (!match) return NaN;
  const [year, month, day, hour, minute, second = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return fromLocal(year ?? 0, month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second);
}

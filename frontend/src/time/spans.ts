/** Quick spans, and the text that `<input type="datetime-local">` takes. */
import { HOUR_US, localTime, pad, startOfDay } from "./zone";

export type QuickSpan = "hour" | "night" | "day";

/** Start and end of a quick span, in microseconds UTC. Last night is 20:00 to 06:00, the last one that has begun. */
export function quickSpan(span: QuickSpan, nowUs: number): [number, number] {
  const today = startOfDay(nowUs);
  if (span === "hour") return [nowUs - HOUR_US, nowUs];
  if (span === "day") return [today, nowUs];
  const evening = startOfDay(today - HOUR_US) + 20 * HOUR_US;
  return [evening, Math.min(today + 6 * HOUR_US, nowUs)];
}

/** `2024-06-03T08:05:09` in the shown time zone. */
export function localInput(us: number): string {
  const t = localTime(us);
  return `${t.year}-${pad(t.month)}-${pad(t.day)}T${pad(t.hour)}:${pad(t.minute)}:${pad(t.second)}`;
}

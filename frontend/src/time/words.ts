/** Times as people read them here: 24 h, `2024-06-03（周一）`. */
import { localTime, pad } from "./zone";

const WEEKDAYS = {
  zh: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
} as const;

/** `08:05:09` */
export function clock(us: number): string {
  const t = localTime(us);
  return `${pad(t.hour)}:${pad(t.minute)}:${pad(t.second)}`;
}

/** `2024-06-03（周一）` or `2024-06-03 (Mon)` */
export function date(us: number, language: "zh" | "en"): string {
  const t = localTime(us);
  const day = `${t.year}-${pad(t.month)}-${pad(t.day)}`;
  const weekday = WEEKDAYS[language][t.weekday] ?? "";
  return language === "zh" ? `${day}（${weekday}）` : `${day} (${weekday})`;
}

/** Date and time together. */
export function moment(us: number, language: "zh" | "en"): string {
  return language === "zh" ? `${date(us, language)}${clock(us)}` : `${date(us, language)} ${clock(us)}`;
}

/** `2024-06-03 08:05:09`, short enough for a watermark. */
export function stamp(us: number): string {
  const t = localTime(us);
  return `${t.year}-${pad(t.month)}-${pad(t.day)} ${clock(us)}`;
}

/** Microseconds UTC of an ISO 8601 text with offset or `Z`, keeping microseconds; NaN when it is none. */
export function parseIso(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return NaN;
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  const us = Number(fraction.padEnd(6, "0").slice(0, 6));
  return Math.floor(ms / 1000) * 1_000_000 + us;
}

/** ISO 8601 in UTC with microseconds. */
export function toIso(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  const rest = Math.round(us - seconds * 1_000_000);
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, `.${pad(rest, 6)}Z`);
}

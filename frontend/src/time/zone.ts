/**
 * Times are stored in microseconds UTC and shown in the installation's time zone (`<html data-time-zone>`,
 * Asia/Shanghai unless the page says otherwise).
 */
export const DAY_US = 86_400_000_000;
export const HOUR_US = 3_600_000_000;
export const SECOND_US = 1_000_000;

let zone = "Asia/Shanghai";
let format: Intl.DateTimeFormat | null = null;

/** Sets the time zone that everything is shown in; an unknown name keeps the one in force. */
export function setTimeZone(name: string | undefined): void {
  if (!name) return;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    return;
  }
  zone = name;
  format = null;
}

export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 = Sunday. */
  readonly weekday: number;
}

/** What the clock on the wall says at `us`. */
export function localTime(us: number): LocalTime {
  format ??= new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(new Date(Math.floor(us / 1000))))
    part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(),
  };
}

/** Microseconds that the zone is ahead of UTC at `us`. */
export function offsetAt(us: number): number {
  const t = localTime(us);
  const asUtc = Date.UTC(t.year, t.month - 1, t.day, t.hour, t.minute, t.second) * 1000;
  return asUtc - Math.floor(us / SECOND_US) * SECOND_US;
}

/** Microseconds UTC of a wall-clock time in the zone. */
export function fromLocal(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): number {
  const guess = Date.UTC(year, month - 1, day, hour, minute, second) * 1000;
  const first = guess - offsetAt(guess);
  return guess - offsetAt(first);
}

/** Start of the local day that holds `us`. */
export function startOfDay(us: number): number {
  const t = localTime(us);
  return fromLocal(t.year, t.month, t.day);
}

export function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}

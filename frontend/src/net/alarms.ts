/** What the web says of alarms to the bell of every page (docs/design/wire.md §4). Checked before anything trusts it. */
export type SoundName = "none" | "chime" | "pulse" | "siren";

export interface NewestAlarm {
  readonly id: string;
  readonly title: string;
  /** 1 notice, 2 serious, 3 critical. */
  readonly severity: number;
  readonly acknowledged: boolean;
  readonly href: string;
  /** When it was raised, or told again to this person because nobody acknowledged it. */
  readonly toldAt: string;
}

export interface BellState {
  readonly version: string;
  readonly critical: number;
  readonly serious: number;
  readonly notice: number;
  /** Critical ones that nobody has acknowledged. */
  readonly pressing: number;
  readonly newest: NewestAlarm | null;
  readonly sound: SoundName;
  readonly soundFrom: number;
}

/** What an answer means: news, nothing new, not allowed any more, or nobody there. */
export type BellAnswer =
  { readonly kind: "news"; readonly state: BellState } | { readonly kind: "same" | "over" | "away" };

const SOUNDS: readonly SoundName[] = ["none", "chime", "pulse", "siren"];

/** Reads the bell's state; null when a field is missing or of the wrong kind. */
export function readBell(value: unknown): BellState | null {
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Record<string, unknown>;
  const counts = ["critical", "serious", "notice", "pressing"].map((name) => fields[name]);
  const { version, newest } = fields;
  if (typeof version !== "string" || !counts.every((count) => Number.isInteger(count))) return null;
  const [critical, serious, notice, pressing] = counts as [number, number, number, number];
  const sound = SOUNDS.find((name) => name === fields["sound"]) ?? "none";
  const soundFrom = typeof fields["sound_from"] === "number" ? fields["sound_from"] : 3;
  return { version, critical, serious, notice, pressing, newest: readNewest(newest), sound, soundFrom };
}

function readNewest(value: unknown): NewestAlarm | null {
  if (typeof value !== "object" || value === null) return null;
  const { id, title, severity, acknowledged, href, told_at } = value as Record<string, unknown>;
  if (typeof id !== "string" || typeof title !== "string" || typeof severity !== "number") return null;
  if (typeof href !== "string" || !href.startsWith("/") || href.startsWith("//")) return null;
  return {
    id,
    title,
    severity,
    acknowledged: acknowledged === true,
    href,
    toldAt: typeof told_at === "string" ? told_at : "",
  };
}

/** Asks once. @param after the version that the page shows, or nothing at first */
export async function askBell(path: string, after: string): Promise<BellAnswer> {
  try {
    const query = after ? `?${new URLSearchParams({ after })}` : "";
    const response = await fetch(path + query, { credentials: "same-origin", cache: "no-store" });
    if (response.status === 204) return { kind: "same" };
    if (response.status === 401 || response.status === 403) return { kind: "over" };
    const state = response.ok ? readBell(await response.json()) : null;
    return state ? { kind: "news", state } : { kind: "away" };
  } catch {
    return { kind: "away" };
  }
}

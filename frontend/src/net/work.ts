/** How much a person has to do, as the server counts it. */

export interface WorkCount {
  readonly count: number;
  /** How many of these are late. */
  readonly late: number;
  /** The same in words. */
  readonly words: string;
}

/** Reads the answer; null when a field is missing or of the wrong kind. */
export function readWork(value: unknown): WorkCount | null {
  if (typeof value !== "object" || value === null) return null;
  const { count, late, words } = value as Record<string, unknown>;
  if (!Number.isInteger(count) || !Number.isInteger(late) || typeof words !== "string") return null;
  return { count: count as number, late: late as number, words };
}

/** Asks once; null when there is no answer. */
export async function askWork(path: string): Promise<WorkCount | null> {
  try {
    const response = await fetch(path, { credentials: "same-origin", cache: "no-store" });
    return response.ok ? readWork(await response.json()) : null;
  } catch {
    return null;
  }
}

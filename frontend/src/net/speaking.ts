/** Asking the web for leave to speak through a camera (docs/design/wire.md §4); the sound goes on the socket of its picture. */
import { postJson, readRefusals, Refused } from "./api";

/** Somebody else speaks. */
export class Spoken extends Error {
  constructor(
    readonly speaker: string,
    readonly remedy: string,
  ) {
    super(speaker);
  }
}

/**
 * Asks for leave to speak through a camera that is looked at under `grant`; returns the place of its record in the log.
 *
 * @param reason why; it is on record
 * @throws Spoken, Refused, or TypeError when the web can't be reached
 */
export async function beginSpeaking(camera: string, grant: string, reason: string): Promise<number> {
  const response = await postJson("/api/speaking", { camera, grant, reason });
  const value = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  const refusals = readRefusals(value);
  if (response.status === 409)
    throw new Spoken(
      typeof value?.["speaker"] === "string" ? value["speaker"] : "",
      refusals[0]?.remedy ?? "",
    );
  const index = typeof value?.["index"] === "number" ? value["index"] : null;
  if (!response.ok || index === null) throw new Refused(response.status, refusals, index);
  return index;
}

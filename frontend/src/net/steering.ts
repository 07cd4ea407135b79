/** Asking the web for the helm of a camera (docs/design/wire.md §4); moving it is said on the socket of its picture. */
import { postJson, readRefusals, Refused } from "./api";

/** Somebody else steers. */
export class Held extends Error {
  constructor(
    readonly holder: string,
    readonly mayTakeOver: boolean,
    readonly remedy: string,
  ) {
    super(holder);
  }
}

export interface Leave {
  readonly index: number;
  /** Presets and the home position may be set too. */
  readonly presets: boolean;
}

/**
 * Asks for the helm of a camera that is looked at under `grant`.
 *
 * @param reason why it is taken over from whoever has it; empty when it is not
 * @throws Held, Refused, or TypeError when the web can't be reached
 */
export async function beginSteering(camera: string, grant: string, reason: string): Promise<Leave> {
  const response = await postJson("/api/steering", { camera, grant, reason });
  const value = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  const refusals = readRefusals(value);
  if (response.status === 409)
    throw new Held(
      typeof value?.["holder"] === "string" ? value["holder"] : "",
      value?.["may_take_over"] === true,
      refusals[0]?.remedy ?? "",
    );
  const index = typeof value?.["index"] === "number" ? value["index"] : null;
  if (!response.ok || index === null) throw new Refused(response.status, refusals, index);
  return { index, presets: value?.["presets"] === true };
}

/** At which step a channel of a GB/T 28181 device gives no picture: the page brings the words, which stand in the register alone. */

export interface StepSaid {
  readonly reason: string;
  readonly remedy: string;
}

/** The words for a state's reason, also with more behind the step (`gb:refused:499`); null for any other, and where the page brings none. */
export function stepSaid(reason: string): StepSaid | null {
  if (!reason.startsWith("gb:")) return null;
  const table = document.getElementById("step-words")?.textContent;
  if (!table) return null;
  const words = JSON.parse(table) as Readonly<Record<string, StepSaid>>;
  return words[reason] ?? words[reason.split(":", 2).join(":")] ?? null;
}

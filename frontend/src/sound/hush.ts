/**
 * While somebody speaks through a camera of this page, no camera of it is heard: a loudspeaker beside the microphone would send the place its own
 * sound back, and that of another camera in front of the same loudspeaker goes in circles.
 */
const speaking = new Set<object>();
const listening = new Set<() => void>();

/** `who` speaks, or does no more. */
export function hush(who: object, on: boolean): void {
  if (on) speaking.add(who);
  else speaking.delete(who);
  if (on) for (const told of listening) told();
}

export function hushed(): boolean {
  return speaking.size > 0;
}

/** Calls `told` whenever somebody begins to speak; what is returned ends that. */
export function whenHushed(told: () => void): () => void {
  listening.add(told);
  return () => void listening.delete(told);
}

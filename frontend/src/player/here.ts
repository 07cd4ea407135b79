/**
 * Somebody is at this page: told at most once a minute, on a key or the pointer. Renewals of a look under a request or beside an officer
 * keep no login alive, so that an empty chair's ends; who works the player alone would be signed out with it.
 */
import { postJson } from "../net/api";

const EVERY_MS = 60_000;

/** Tells from now on. `tell` is for tests. */
export function wireHere(tell: () => void = here): void {
  let told = 0;
  const touched = (): void => {
    const now = Date.now();
    if (now - told < EVERY_MS) return;
    told = now;
    tell();
  };
  for (const name of ["pointerdown", "keydown", "wheel"]) addEventListener(name, touched, { passive: true });
}

function here(): void {
  void postJson("/api/here", {}, true).catch(() => undefined);
}

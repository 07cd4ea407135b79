/** Which codecs this browser plays, asked of the browser itself and never guessed from its name. */
type Tester = (mime: string) => boolean;

/** One ordinary profile of each codec: the worker compares codecs, the player tests the exact string of each `init`. */
const TRIED = ["avc1.64001F", "avc1.42E01E", "hvc1.1.6.L93.B0"];

interface Sources {
  MediaSource?: typeof MediaSource;
  ManagedMediaSource?: typeof MediaSource;
}

/** `ManagedMediaSource` (the only one on iPhones) or `MediaSource`; null when the browser has neither. */
export function mediaSourceClass(): typeof MediaSource | null {
  const scope = globalThis as Sources;
  return scope.MediaSource ?? scope.ManagedMediaSource ?? null;
}

export function canPlay(mime: string): boolean {
  return mediaSourceClass()?.isTypeSupported(mime) ?? false;
}

/** What `test` accepts of the codecs that cameras send, for the `open` message. */
export function offeredCodecs(test: Tester = canPlay): string[] {
  return TRIED.map((codec) => `video/mp4; codecs="${codec}"`).filter(test);
}

/** `H.265 (hvc1.1.6.L93.B0)`: what a person can look for. */
export function codecName(mime: string): string {
  const codec = /codecs="?([^";]+)/.exec(mime)?.[1] ?? mime;
  if (/^(avc1|avc3)/.test(codec)) return `H.264 (${codec})`;
  if (/^(hvc1|hev1)/.test(codec)) return `H.265 (${codec})`;
  return codec;
}

/** Which codecs this browser plays, asked of the browser itself and never guessed from its name. */
type Tester = (mime: string) => boolean;

const H264 = [
  "42C01E",
  "42E01E",
  "42C01F",
  "42E01F",
  "4D001E",
  "4D401E",
  "4D001F",
  "4D401F",
  "4D0028",
  "4D4028",
].concat(["64001E", "64001F", "640020", "640028", "640029", "64002A", "640032", "640033", "640034"]);
const H265 = [
  "1.6.L63.B0",
  "1.6.L90.B0",
  "1.6.L93.B0",
  "1.6.L120.B0",
  "1.6.L123.B0",
  "1.6.L150.B0",
  "1.6.L153.B0",
];

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

/**
 * Common codec strings that `test` accepts, for the `open` message. The list can't name every profile and level: the
 * player asks again about the exact string that an `init` or a `codec` message names.
 */
export function offeredCodecs(test: Tester = canPlay): string[] {
  return [...H264.map((id) => `avc1.${id}`), ...H265.map((id) => `hvc1.${id}`)]
    .map((codec) => `video/mp4; codecs="${codec}"`)
    .filter(test);
}

/** `H.265 (hvc1.1.6.L93.B0)`: what a person can look for. */
export function codecName(mime: string): string {
  const codec = /codecs="?([^";]+)/.exec(mime)?.[1] ?? mime;
  if (/^(avc1|avc3)/.test(codec)) return `H.264 (${codec})`;
  if (/^(hvc1|hev1)/.test(codec)) return `H.265 (${codec})`;
  return codec;
}

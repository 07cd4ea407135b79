/** A sound message of the worker (docs/design/wire.md §5): it says itself how its frames are coded. */
export type SoundCodec = "aac" | "alaw" | "ulaw";
const CODECS: readonly SoundCodec[] = ["aac", "alaw", "ulaw"];
const HEAD_BYTES = 9;
const FRAME_BYTES = 4;

export interface SoundMessage {
  readonly codec: SoundCodec;
  readonly channels: number;
  readonly rate: number;
  /** AudioSpecificConfig of AAC; empty for G.711. */
  readonly config: Uint8Array;
  readonly frames: readonly { readonly data: Uint8Array; readonly samples: number }[];
}

/** What is in the payload; null when it is not whole or of an unknown kind. */
export function parseSound(bytes: Uint8Array): SoundMessage | null {
  if (bytes.length < HEAD_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codec = CODECS[view.getUint8(0)];
  const channels = view.getUint8(1);
  const rate = view.getUint32(2);
  const table = HEAD_BYTES + view.getUint8(6);
  const count = view.getUint16(7);
  let at = table + count * FRAME_BYTES;
  if (!codec || channels < 1 || channels > 2 || rate < 7000 || rate > 96_000 || at > bytes.length)
    return null;
  const frames = [];
  for (let number = 0; number < count; number++) {
    const size = view.getUint16(table + number * FRAME_BYTES);
    const samples = view.getUint16(table + number * FRAME_BYTES + 2);
    if (at + size > bytes.length) return null;
    frames.push({ data: bytes.subarray(at, at + size), samples });
    at += size;
  }
  if (at !== bytes.length) return null;
  return { codec, channels, rate, config: bytes.subarray(HEAD_BYTES, table), frames };
}

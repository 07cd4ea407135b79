/**
 * The little of ISO/IEC 14496-12 that frame stepping needs: when each picture of a `moof` is shown, and the track's
 * time scale. Broken boxes give null.
 */
const BOX_MOOV = 0x6d6f6f76;
const BOX_TRAK = 0x7472616b;
const BOX_MDIA = 0x6d646961;
const BOX_MDHD = 0x6d646864;
const BOX_MOOF = 0x6d6f6f66;
const BOX_TRAF = 0x74726166;
const BOX_TFHD = 0x74666864;
const BOX_TFDT = 0x74666474;
const BOX_TRUN = 0x7472756e;
/** `sample_is_non_sync_sample` (§8.8.3.1). */
const NON_SYNC = 0x10000;

export interface Picture {
  /** Presentation time in the track's time scale. */
  readonly time: number;
  readonly duration: number;
  /** A decoder can start here. */
  readonly key: boolean;
}

export interface FragmentTimes {
  /** In presentation order. */
  readonly pictures: readonly Picture[];
  readonly start: number;
  readonly end: number;
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Payload ranges of the boxes of `type` between `from` and `to`. */
function* boxes(view: DataView, type: number, from: number, to: number): Generator<[number, number]> {
  let at = from;
  while (at + 8 <= to) {
    let size = view.getUint32(at);
    let head = 8;
    if (size === 1 && at + 16 <= to) {
      size = Number(view.getBigUint64(at + 8));
      head = 16;
    } else if (size === 0) size = to - at;
    if (size < head || at + size > to) return;
    if (view.getUint32(at + 4) === type) yield [at + head, at + size];
    at += size;
  }
}

function path(view: DataView, ...types: number[]): [number, number] | null {
  let range: [number, number] = [0, view.byteLength];
  for (const type of types) {
    const next = boxes(view, type, range[0], range[1]).next();
    if (next.done) return null;
    range = next.value;
  }
  return range;
}

/** Ticks per second of the first track of an initialisation segment; null when it can't be found. */
export function timescaleOf(bytes: Uint8Array): number | null {
  const view = dataView(bytes);
  const mdhd = path(view, BOX_MOOV, BOX_TRAK, BOX_MDIA, BOX_MDHD);
  if (!mdhd) return null;
  const at = mdhd[0] + (view.getUint8(mdhd[0]) === 1 ? 20 : 12);
  return at + 4 <= mdhd[1] ? view.getUint32(at) || null : null;
}

/** When the pictures of a media fragment are shown; null when it is not a readable fragment. */
export function fragmentTimes(bytes: Uint8Array): FragmentTimes | null {
  try {
    return readTimes(dataView(bytes));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readTimes(view: DataView): FragmentTimes | null {
  const pictures: Picture[] = [];
  let first: number | null = null;
  let end = 0;
  for (const moof of boxes(view, BOX_MOOF, 0, view.byteLength)) {
    const traf = boxes(view, BOX_TRAF, ...moof).next();
    if (traf.done) return null;
    const tfdt = boxes(view, BOX_TFDT, ...traf.value).next();
    const tfhd = boxes(view, BOX_TFHD, ...traf.value).next();
    if (tfdt.done || tfhd.done) return null;
    let decode =
      view.getUint8(tfdt.value[0]) === 1
        ? Number(view.getBigUint64(tfdt.value[0] + 4))
        : view.getUint32(tfdt.value[0] + 4);
    first ??= decode;
    const usual = usualOf(view, tfhd.value[0]);
    for (const [from] of boxes(view, BOX_TRUN, ...traf.value))
      decode = readRun(view, from, decode, usual, pictures);
    end = decode;
  }
  if (first === null || pictures.length === 0) return null;
  pictures.sort((a, b) => a.time - b.time);
  return { pictures, start: pictures[0]?.time ?? first, end };
}

interface Usual {
  readonly duration: number;
  readonly flags: number;
}

/** `default_sample_duration` and `default_sample_flags` of a tfhd, 0 where it has none (ISO/IEC 14496-12 §8.8.7). */
function usualOf(view: DataView, from: number): Usual {
  const has = view.getUint32(from) & 0xffffff;
  let at = from + 8 + (has & 0x01 ? 8 : 0) + (has & 0x02 ? 4 : 0);
  let duration = 0;
  if (has & 0x08) ((duration = view.getUint32(at)), (at += 4));
  if (has & 0x10) at += 4;
  return { duration, flags: has & 0x20 ? view.getUint32(at) : 0 };
}

/** Adds the pictures of one trun (§8.8.8) and returns the decode time behind it. */
function readRun(view: DataView, from: number, start: number, usual: Usual, into: Picture[]): number {
  const version = view.getUint8(from);
  const flags = view.getUint32(from) & 0xffffff;
  const count = view.getUint32(from + 4);
  let at = from + 8 + (flags & 0x01 ? 4 : 0);
  let first: number | null = null;
  if (flags & 0x04) ((first = view.getUint32(at)), (at += 4));
  let decode = start;
  for (let i = 0; i < count; i++) {
    let { duration, flags: sample } = usual;
    if (flags & 0x100) ((duration = view.getUint32(at)), (at += 4));
    if (flags & 0x200) at += 4;
    if (flags & 0x400) ((sample = view.getUint32(at)), (at += 4));
    if (i === 0 && first !== null) sample = first;
    let shift = 0;
    if (flags & 0x800) ((shift = version === 0 ? view.getUint32(at) : view.getInt32(at)), (at += 4));
    into.push({ time: decode + shift, duration, key: !(sample & NON_SYNC) });
    decode += duration;
  }
  return decode;
}

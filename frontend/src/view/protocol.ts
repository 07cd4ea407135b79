/**
 * What browser and worker say on one WebSocket (docs/design/wire.md §5). Reading is strict: a message of the wrong
 * shape gives null and is counted by the socket, it never throws.
 */
export const SUBPROTOCOL = "custodes.view.v1";
export const HEAD_BYTES = 16;

export type StreamName = "main" | "sub";

/** Where playback comes from: our own archive, or what the device recorded itself. */
export type Source = "archive" | "device";

/** A part of the picture, in parts of its width and height. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How a camera is to move, per cent, -100 to 100. */
export interface Motion {
  pan: number;
  tilt: number;
  zoom: number;
  focus: number;
  iris: number;
}
/** Where a camera points, in degrees as its device counts; null where it tells no zoom. */
export interface Bearing {
  readonly pan: number;
  readonly tilt: number;
  readonly zoom: number | null;
}
/** Octets of sound that one message to the camera's loudspeaker may hold: a second. */
export const SPEECH_OCTETS = 8000;
export type ControlWord =
  | ("list" | "goto" | "set" | "remove" | "home" | "set_home")
  | ("drag_in" | "drag_out" | "cruise" | "where" | "precise" | "leave");

export type BrowserMessage =
  | { type: "token"; token: string }
  | {
      type: "open";
      channel: number;
      camera: string;
      stream: StreamName;
      at: number | null;
      rate: number;
      codecs: string[];
      source: Source;
    }
  | { type: "recordings"; channel: number; camera: string; from: number; to: number }
  | { type: "still"; channel: number; camera: string; at: number; codecs: string[] }
  | { type: "seek"; channel: number; at: number | null; rate?: number; source: Source }
  | { type: "rate"; channel: number; rate: number }
  | { type: "pause" | "resume" | "close"; channel: number }
  | { type: "sound"; channel: number; on: boolean }
  | ({ type: "enlarge"; channel: number; at: number } & Region)
  | ({ type: "steer"; channel: number } & Motion)
  | {
      type: "control";
      channel: number;
      do: ControlWord;
      token: string;
      name: string;
      box?: Region;
      there?: Bearing;
    }
  | { type: "speak"; channel: number; do: "end" }
  | { type: "position"; channel: number; at: number };

export interface Granted {
  type: "granted";
  grant: string;
  index: number;
  watermark: string;
  /** Cameras that may be heard as well. */
  sound: readonly string[];
  now_us: number;
}
export interface Init {
  type: "init";
  channel: number;
  epoch: number;
  mime: string;
  width: number;
  height: number;
  base_us: number;
  live: boolean;
  source: Source;
  /** Whether the camera has a sub-stream to be asked for. */
  sub: boolean;
}
export interface CodecMissing {
  type: "codec";
  channel: number;
  mime: string;
  sub: boolean;
}
export interface GapCrossed {
  type: "gap";
  channel: number;
  from: number;
  to: number;
  reason: string;
}
export interface Edge {
  type: "edge";
  channel: number;
}
/** How the camera itself stands: why there may be no picture. Live channels only. */
export interface CameraStands {
  type: "state";
  channel: number;
  state: string;
  since_us: number;
  reason: string;
}
/** What the camera's device has recorded itself; `failure` says where the question stopped, empty when it was answered. */
export interface RecordingsTold {
  type: "recordings";
  channel: number;
  from: number;
  to: number;
  spans: (readonly [number, number])[];
  /** The device told all that it has. */
  whole: boolean;
  failure: string;
}
/** The speed at which a device's recording goes on: it does not take the one that was asked for. */
export interface RateSaid {
  type: "rate";
  channel: number;
  rate: number;
  failure: string;
}
/** The answer to a `still`: its picture came before it, or why there is none. */
export interface StillDone {
  type: "still";
  channel: number;
  at: number;
  wall_us: number | null;
  reason: string;
}
/** Who steers the camera of this channel, null for nobody; sent for cameras that can be steered. */
export interface HelmSays {
  type: "helm";
  channel: number;
  holder: { name: string; unit: string; mine: boolean; presets: boolean } | null;
  trouble: string;
  /** Of the declared field: `edge`: it was stopped there; `blind`: nobody can tell; `bearing`: it has to go home first. After the hand: `below`: it ended since a platform below steers. */
  note: string;
  /** Its device says where it points: it can be pointed by degrees. */
  precise: boolean;
}
/** Who speaks through the camera of this channel, null for nobody; sent for cameras that have a loudspeaker. */
export interface SpeechSays {
  type: "speech";
  channel: number;
  speaker: { name: string; unit: string; mine: boolean } | null;
  /** `asking` while the device is called, `speaking` while it takes sound; empty where nobody speaks. */
  state: string;
  /** Why this look's last speech ended; empty where there was none. */
  ended: string;
  /** Where the call to the device stopped, of `failed`. */
  step: string;
}
export interface BearingSays extends Bearing {
  type: "bearing";
  channel: number;
}
export interface Preset {
  token: string;
  name: string;
}
export interface Presets {
  type: "presets";
  channel: number;
  presets: Preset[];
}
/** What became of something that was asked of the camera; `failure` is empty when it was taken. */
export interface Controlled {
  type: "controlled";
  channel: number;
  do: string;
  failure: string;
}
export type HelmMessage = HelmSays | BearingSays | Presets | Controlled;
export interface End {
  type: "end";
  channel: number;
  reason: string;
  /** By which it ends, when it was taken back; else empty. */
  clause: string;
  detail: string;
}
export interface Stopped {
  type: "stopped";
  reason: string;
  clause: string;
  detail: string;
}
export interface Failed {
  type: "error";
  channel: number | null;
  detail: string;
}
export type ChannelMessage =
  | Init
  | CodecMissing
  | GapCrossed
  | Edge
  | CameraStands
  | StillDone
  | RecordingsTold
  | RateSaid
  | HelmMessage
  | SpeechSays
  | End;
export type WorkerMessage = Granted | ChannelMessage | Stopped | Failed;

export interface Binary {
  readonly initialisation: boolean;
  /** Sound, not pictures. */
  readonly sound: boolean;
  /** Low 8 bits of the `init` message's epoch. */
  readonly epoch: number;
  readonly channel: number;
  readonly sequence: number;
  readonly wallUs: number;
  readonly bytes: Uint8Array;
}

type Fields = Readonly<Record<string, unknown>>;

const num = (f: Fields, key: string): number | null =>
  typeof f[key] === "number" && Number.isFinite(f[key]) ? f[key] : null;
const str = (f: Fields, key: string): string => (typeof f[key] === "string" ? f[key] : "");

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

/** One text message of the worker; null when it is not one of the protocol's. */
export function parseText(text: string): WorkerMessage | null {
  let fields: Fields;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    fields = value as Fields;
  } catch {
    return null;
  }
  if (fields["type"] === "granted") {
    const now_us = num(fields, "now_us");
    const index = num(fields, "index");
    if (now_us === null || index === null) return null;
    return {
      type: "granted",
      grant: str(fields, "grant"),
      index,
      watermark: str(fields, "watermark"),
      sound: strings(fields["sound"]),
      now_us,
    };
  }
  if (fields["type"] === "stopped")
    return {
      type: "stopped",
      reason: str(fields, "reason"),
      clause: str(fields, "clause"),
      detail: str(fields, "detail"),
    };
  if (fields["type"] === "error")
    return { type: "error", channel: num(fields, "channel"), detail: str(fields, "detail") };
  return parseChannel(fields);
}

function parseChannel(fields: Fields): ChannelMessage | null {
  const channel = num(fields, "channel");
  if (channel === null) return null;
  switch (fields["type"]) {
    case "init": {
      const epoch = num(fields, "epoch");
      const base_us = num(fields, "base_us");
      const mime = str(fields, "mime");
      if (epoch === null || base_us === null || mime === "") return null;
      return {
        type: "init",
        channel,
        epoch,
        mime,
        base_us,
        width: num(fields, "width") ?? 0,
        height: num(fields, "height") ?? 0,
        live: fields["live"] === true,
        source: fields["source"] === "device" ? "device" : "archive",
        sub: fields["sub"] === true,
      };
    }
    case "codec":
      return { type: "codec", channel, mime: str(fields, "mime"), sub: fields["sub"] === true };
    case "gap": {
      const from = num(fields, "from");
      const to = num(fields, "to");
      return from === null || to === null
        ? null
        : { type: "gap", channel, from, to, reason: str(fields, "reason") };
    }
    case "edge":
      return { type: "edge", channel };
    case "recordings":
      return readRecordings(fields, channel);
    case "rate": {
      const rate = num(fields, "rate");
      return rate === null || rate <= 0
        ? null
        : { type: "rate", channel, rate, failure: str(fields, "failure") };
    }
    case "state": {
      const since_us = num(fields, "since_us");
      const state = str(fields, "state");
      return since_us === null || state === ""
        ? null
        : { type: "state", channel, state, since_us, reason: str(fields, "reason") };
    }
    case "still": {
      const at = num(fields, "at");
      return at === null
        ? null
        : { type: "still", channel, at, wall_us: num(fields, "wall_us"), reason: str(fields, "reason") };
    }
    case "helm":
      return {
        type: "helm",
        channel,
        holder: readHolder(fields["holder"]),
        trouble: str(fields, "trouble"),
        note: str(fields, "note"),
        precise: fields["precise"] === true,
      };
    case "speech":
      return {
        type: "speech",
        channel,
        speaker: readHolder(fields["speaker"]),
        state: str(fields, "state"),
        ended: str(fields, "ended"),
        step: str(fields, "step"),
      };
    case "bearing": {
      const [pan, tilt] = [num(fields, "pan"), num(fields, "tilt")];
      return pan === null || tilt === null
        ? null
        : { type: "bearing", channel, pan, tilt, zoom: num(fields, "zoom") };
    }
    case "presets":
      return { type: "presets", channel, presets: readPresets(fields["presets"]) };
    case "controlled":
      return { type: "controlled", channel, do: str(fields, "do"), failure: str(fields, "failure") };
    case "end":
      return {
        type: "end",
        channel,
        reason: str(fields, "reason"),
        clause: str(fields, "clause"),
        detail: str(fields, "detail"),
      };
    default:
      return null;
  }
}

function readRecordings(fields: Fields, channel: number): RecordingsTold | null {
  const from = num(fields, "from");
  const to = num(fields, "to");
  if (from === null || to === null) return null;
  const spans = (Array.isArray(fields["spans"]) ? fields["spans"] : []).filter(
    (each): each is [number, number] =>
      Array.isArray(each) && each.length === 2 && each.every(Number.isFinite) && each[0] < each[1],
  );
  const [whole, failure] = [fields["whole"] === true, str(fields, "failure")];
  return { type: "recordings", channel, from, to, spans, whole, failure };
}

function readHolder(value: unknown): HelmSays["holder"] {
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Fields;
  return {
    name: str(fields, "name"),
    unit: str(fields, "unit"),
    mine: fields["mine"] === true,
    presets: fields["presets"] === true,
  };
}

function readPresets(value: unknown): Preset[] {
  return (Array.isArray(value) ? value : [])
    .filter((each): each is Fields => typeof each === "object" && each !== null)
    .map((each) => ({ token: str(each, "token"), name: str(each, "name") }))
    .filter(({ token }) => token !== "");
}

/** One binary message to the worker: A-law at 8 kHz for the camera's loudspeaker. */
export function speechMessage(
  channel: number,
  sequence: number,
  octets: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(8 + octets.length);
  const head = new DataView(message.buffer);
  head.setUint8(0, 3);
  head.setUint16(2, channel);
  head.setUint32(4, sequence);
  message.set(octets, 8);
  return message;
}

/** One binary message; null when it is shorter than its head or of an unknown kind. */
export function parseBinary(message: ArrayBuffer): Binary | null {
  if (message.byteLength < HEAD_BYTES) return null;
  const view = new DataView(message);
  const kind = view.getUint8(0);
  if (kind > 2) return null;
  return {
    initialisation: kind === 0,
    sound: kind === 2,
    epoch: view.getUint8(1),
    channel: view.getUint16(2),
    sequence: view.getUint32(4),
    wallUs: Number(view.getBigInt64(8)),
    bytes: new Uint8Array(message, HEAD_BYTES),
  };
}

/** Why a socket was closed, from its close code. */
export type CloseReason =
  "lost" | "restart" | "bad" | "token" | "origin" | "expired" | "replaced" | "revoked" | "busy";

export function closeReason(code: number): CloseReason {
  const known: Readonly<Record<number, CloseReason>> = {
    1012: "restart",
    4400: "bad",
    4401: "token",
    4403: "origin",
    4408: "expired",
    4409: "replaced",
    4410: "revoked",
    4429: "busy",
  };
  return known[code] ?? "lost";
}

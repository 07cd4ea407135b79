/** What the page's server says and is told. */
import { postJson } from "../net/api";
import { readTrack, type Frame, type Track } from "./tracks";

/** What a person may say of a sample picture: all that has to be is hidden in it, there is nothing to hide, or something is left in sight. */
export const PICTURE_ANSWERS = ["masked", "none", "left"] as const;
export type PictureAnswer = (typeof PICTURE_ANSWERS)[number];

/** What may be left in sight in a sample picture, for a reason; minors are always hidden. */
export const PICTURE_KINDS = ["faces", "plates", "organisations", "overlay"] as const;
export type PictureKind = (typeof PICTURE_KINDS)[number];

export interface Look {
  readonly answer: PictureAnswer;
  /** Of what is left in sight. */
  readonly kinds: readonly PictureKind[];
  /** What is left in sight, and why. */
  readonly remark: string;
}

export interface Document {
  readonly version: number;
  /** Pixels of the source; shapes are in these. */
  readonly width: number;
  readonly height: number;
  /** Ticks of each picture. */
  readonly times: readonly number[];
  /** Kinds that no detector looked for. */
  readonly byHand: readonly string[];
  readonly readonly: boolean;
  readonly samples: readonly number[];
  /** Ticks of the samples that are answered. */
  readonly looked: ReadonlyMap<number, Look>;
  readonly tracks: readonly Track[];
}

export type Answer =
  | {
      readonly kind: "saved";
      readonly version: number;
      readonly track: Track | null;
      readonly unanswered: readonly number[];
    }
  /** Somebody else changed something in between. */
  | { readonly kind: "changed"; readonly version: number }
  | { readonly kind: "refused"; readonly error: string }
  /** Not taken, and may be taken later: no network (0), or the server could not. */
  | { readonly kind: "away"; readonly status: number };

type Fields = Readonly<Record<string, unknown>>;

/** Reads `[time, answer, remark, kinds]` of each. @throws TypeError where one is none. */
function readLooks(value: unknown): Map<number, Look> {
  if (!Array.isArray(value)) throw new TypeError("looked");
  const found = new Map<number, Look>();
  for (const one of value as unknown[]) {
    const [time, answer, remark, kinds] = (Array.isArray(one) ? one : []) as unknown[];
    if (!Number.isInteger(time) || typeof remark !== "string") throw new TypeError("looked");
    if (!PICTURE_ANSWERS.includes(answer as PictureAnswer)) throw new TypeError("looked");
    if (!Array.isArray(kinds) || !kinds.every((kind) => PICTURE_KINDS.includes(kind as PictureKind)))
      throw new TypeError("looked");
    found.set(time as number, { answer: answer as PictureAnswer, remark, kinds: kinds as PictureKind[] });
  }
  return found;
}

/** Checks a document. @throws TypeError naming what is wrong. */
export function readDocument(value: unknown): Document {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Fields;
  const numbers = (name: string): number[] => {
    const list = fields[name];
    if (!Array.isArray(list) || !list.every((one) => Number.isInteger(one))) throw new TypeError(name);
    return list as number[];
  };
  const whole = (name: string, least: number): number => {
    const number = fields[name];
    if (!Number.isInteger(number) || (number as number) < least) throw new TypeError(name);
    return number as number;
  };
  const tracks = fields["tracks"];
  const byHand = fields["by_hand"];
  if (!Array.isArray(tracks)) throw new TypeError("tracks");
  return {
    version: whole("version", 0),
    width: whole("width", 1),
    height: whole("height", 1),
    times: numbers("times"),
    byHand: Array.isArray(byHand) ? byHand.map(String) : [],
    readonly: fields["readonly"] === true,
    samples: numbers("samples"),
    looked: readLooks(fields["looked"]),
    tracks: tracks.map(readTrack),
  };
}

/** Everything that there is. @throws TypeError where it can't be had or read. */
export async function loadDocument(address: string): Promise<Document> {
  const response = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) throw new TypeError(`status ${response.status}`);
  return readDocument(await response.json());
}

/** What is sent of a track: places only where they changed, since they are many. */
export function trackBody(track: Track, frames: boolean): Fields {
  const { number, kind, state, growth, whole_body, left, review } = track;
  const places: { frames?: readonly Frame[] } = frames ? { frames: track.frames } : {};
  return {
    number: number > 0 ? number : null,
    kind,
    state,
    growth,
    whole_body,
    left,
    review: { acquaintance: review.acquaintance, remark: review.remark },
    ...places,
  };
}

/** Sends one change. Never throws: whatever goes wrong is an answer. */
export async function save(address: string, body: Fields): Promise<Answer> {
  let response: Response;
  try {
    response = await postJson(address, body);
  } catch {
    return { kind: "away", status: 0 };
  }
  const value = (await response.json().catch(() => null)) as Fields | null;
  const version = value?.["version"];
  if (response.status === 409)
    return { kind: "changed", version: typeof version === "number" ? version : -1 };
  if (response.status === 422) {
    const error = value?.["error"];
    return { kind: "refused", error: typeof error === "string" ? error : "" };
  }
  if (!response.ok || typeof version !== "number") return { kind: "away", status: response.status };
  try {
    const track = value?.["track"];
    const gone = value?.["unanswered"];
    const unanswered = Array.isArray(gone) ? gone.map(Number) : [];
    return { kind: "saved", version, track: track ? readTrack(track) : null, unanswered };
  } catch {
    return { kind: "away", status: response.status };
  }
}

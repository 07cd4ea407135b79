/** The web's API for looking (docs/design/wire.md §4). Answers are checked before anything trusts them. */
import { parseIso, toIso } from "../time/words";
import { csrfToken } from "./csrf";

export interface Refusal {
  readonly clause: string;
  readonly reason: string;
  readonly remedy: string;
}

export interface SocketGrant {
  readonly url: string;
  readonly token: string;
  readonly cameras: readonly string[];
}

/** Cameras that were asked for and are not shown, and why. */
export interface Withheld {
  readonly cameras: readonly string[];
  readonly refusals: readonly Refusal[];
}

/** Fresh tokens of a running look. */
export interface Renewed {
  readonly sockets: readonly SocketGrant[];
  readonly withheld: readonly Withheld[];
  /** When the tokens end, µs UTC by the server's clock. */
  readonly expiresUs: number;
}

export interface Grant extends Renewed {
  readonly grant: string;
  readonly index: number;
  readonly watermark: string;
  readonly live: boolean;
  readonly backSeconds: number;
  /** µs UTC, or null. */
  readonly span: readonly [number, number] | null;
}

export interface ViewWish {
  readonly cameras: readonly string[];
  readonly live: boolean;
  readonly span?: readonly [number, number] | null;
  readonly reason?: { readonly purpose: string; readonly content: string; readonly matter?: string } | null;
  /** The agency request that the wish rests on; without one it rests on the own duty. */
  readonly request?: string;
  /** The supervised session that it is of (S29, N21). */
  readonly session?: string;
}

/** Not granted: the rules say no (403), or nobody could be asked (anything else). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly refusals: readonly Refusal[],
    readonly index: number | null,
  ) {
    super(refusals.map((refusal) => refusal.reason).join(" ") || `status ${status}`);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function asFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** Reads a grant as the web sends it; null when a field is missing. */
export function readGrant(value: unknown): Grant | null {
  const fields = asFields(value);
  const { grant, index, watermark, expires } = fields;
  const sockets = readSockets(fields["sockets"]);
  if (typeof grant !== "string" || typeof index !== "number" || !sockets) return null;
  const span = asFields(fields["span"]);
  const ends = [readTime(span["from"]), readTime(span["to"])] as const;
  return {
    grant,
    index,
    watermark: typeof watermark === "string" ? watermark : "",
    live: fields["live"] !== false,
    backSeconds: typeof fields["back_seconds"] === "number" ? fields["back_seconds"] : 0,
    span: Number.isNaN(ends[0]) || Number.isNaN(ends[1]) ? null : ends,
    expiresUs: readTime(expires),
    sockets,
    withheld: readWithheld(fields["withheld"]),
  };
}

function readWithheld(value: unknown): Withheld[] {
  return (Array.isArray(value) ? value : []).map((each) => {
    const { cameras } = asFields(each);
    return { cameras: Array.isArray(cameras) ? cameras.map(String) : [], refusals: readRefusals(each) };
  });
}

export function readSockets(value: unknown): SocketGrant[] | null {
  if (!Array.isArray(value)) return null;
  const sockets: SocketGrant[] = [];
  for (const each of value) {
    const { url, token, cameras } = asFields(each);
    if (typeof url !== "string" || typeof token !== "string" || !Array.isArray(cameras)) return null;
    sockets.push({ url, token, cameras: cameras.map(String) });
  }
  return sockets;
}

/** An ISO time, or seconds since the epoch, in µs; NaN for neither. */
function readTime(value: unknown): number {
  if (typeof value === "string") return parseIso(value);
  return typeof value === "number" ? value * 1e6 : NaN;
}

export function readRefusals(value: unknown): Refusal[] {
  const list = asFields(value)["refusal"];
  if (!Array.isArray(list)) return [];
  return list.map((each) => {
    const { clause, reason, remedy } = asFields(each);
    const text = (field: unknown) => (typeof field === "string" ? field : "");
    return { clause: text(clause), reason: text(reason), remedy: text(remedy) };
  });
}

/** Posts JSON as the page's own. */
export async function postJson(path: string, body: unknown, keepalive = false): Promise<Response> {
  return fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(body),
    keepalive,
  });
}

async function answer(response: Response): Promise<unknown> {
  const value: unknown = await response.json().catch(() => null);
  if (response.ok) return value;
  const index = asFields(value)["index"];
  throw new Refused(response.status, readRefusals(value), typeof index === "number" ? index : null);
}

/** Asks to see. @throws Refused, or TypeError when the web can't be reached. */
export async function createView(wish: ViewWish): Promise<Grant> {
  const span = wish.span ? { from: toIso(wish.span[0]), to: toIso(wish.span[1]) } : null;
  const { cameras, live, reason, request, session } = wish;
  const body = {
    cameras,
    live,
    span,
    reason: reason ?? null,
    ...(request ? { request } : {}),
    ...(session ? { session } : {}),
  };
  const grant = readGrant(await answer(await postJson("/api/views", body)));
  if (!grant) throw new Refused(502, [], null);
  return grant;
}

/** Fresh tokens for a grant; the decision is made again. @throws as `createView`. */
export async function renewView(grant: string): Promise<Renewed> {
  const value = await answer(await postJson(`/api/views/${encodeURIComponent(grant)}/renew`, {}));
  const fields = asFields(value);
  const sockets = readSockets(fields["sockets"]);
  if (!sockets) throw new Refused(502, [], null);
  return { sockets, withheld: readWithheld(fields["withheld"]), expiresUs: readTime(fields["expires"]) };
}

/** Says that nobody looks any more; survives the page's end. */
export function endView(grant: string): void {
  void postJson(`/api/views/${encodeURIComponent(grant)}/end`, {}, true).catch(() => undefined);
}

export interface TimelineData {
  readonly runs: readonly (readonly [number, number])[];
  readonly gaps: readonly (readonly [number, number, string])[];
  readonly held: readonly (readonly [number, number])[];
  /** In runs and in gaps: taken later from the device's own recordings. */
  readonly filled: readonly (readonly [number, number])[];
  readonly nowUs: number;
}

/** What was recorded between two times (µs UTC). @throws Refused or TypeError. */
export async function loadTimeline(
  camera: string,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<TimelineData> {
  const query = new URLSearchParams({ from: toIso(from), to: toIso(to) });
  const path = `/api/cameras/${encodeURIComponent(camera)}/timeline?${query}`;
  return readTimeline(await answer(await fetch(path, { credentials: "same-origin", signal })));
}

/** Reads a timeline; what is not a span is left out. */
export function readTimeline(value: unknown): TimelineData {
  const fields = asFields(value);
  const spans = (list: unknown) =>
    (Array.isArray(list) ? list : []).filter(
      (each): each is [number, number, ...unknown[]] =>
        Array.isArray(each) &&
        typeof each[0] === "number" &&
        typeof each[1] === "number" &&
        each[1] > each[0],
    );
  return {
    runs: spans(fields["runs"]).map(([from, to]) => [from, to]),
    gaps: spans(fields["gaps"]).map(([from, to, reason]) => [
      from,
      to,
      typeof reason === "string" ? reason : "",
    ]),
    held: spans(fields["held"]).map(([from, to]) => [from, to]),
    filled: spans(fields["filled"]).map(([from, to]) => [from, to]),
    nowUs: typeof fields["now_us"] === "number" ? fields["now_us"] : Date.now() * 1000,
  };
}

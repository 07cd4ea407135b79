/** What the server says of the choice (`access/choosing/answer.py`, `upkeep/views/lanes.py`), and how it is asked. */
import type { Box, Position } from "../map/answer";
import type { Underlay } from "../map/style";
import { postJson } from "../net/api";
import { toIso } from "../time/words";
import type { Shape } from "./shape";

export interface Row {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly place: string;
  readonly system: string;
  readonly at: Position;
}

/** Longitude, latitude, how many. */
export type Cell = readonly [number, number, number];

export interface WindowAnswer {
  readonly extent?: Box | null;
  /** Cameras that may be chosen and are not on the map; only when no window was asked for. */
  readonly unplaced?: number;
  readonly underlay?: Underlay;
  readonly total: number;
  readonly cameras: readonly Row[];
  readonly cells: readonly Cell[];
}

export interface ShapeAnswer {
  readonly total: number;
  readonly most: number;
  readonly cameras: readonly Row[];
}

/** From, to (µs UTC), what is so, why, and of `whole` and `part` how much was recorded (µs). */
export type Run = readonly [number, number, string, string, number];

export interface Lane {
  readonly id: string;
  readonly name: string;
  readonly number: string;
  /** Local days for which footage is kept behind its own day. */
  readonly days: number;
  readonly oldest: number | null;
  readonly runs: readonly Run[];
  readonly holds: readonly (readonly [number, number])[];
}

export interface LanesAnswer {
  readonly now: number;
  /** When it is decided at the latest, µs UTC. */
  readonly decided: number;
  readonly reasons: Readonly<Record<string, string>>;
  readonly lanes: readonly Lane[];
}

/** The server said no, in words for the person. */
export class Said extends Error {}

async function asked<T>(href: string, body: unknown): Promise<T> {
  const response = await postJson(href, body);
  const value = (await response.json().catch(() => null)) as (T & { readonly reason?: unknown }) | null;
  if (response.ok && !response.redirected && value !== null) return value;
  if (value && typeof value.reason === "string") throw new Said(value.reason);
  throw new Error(`status ${response.status}`);
}

/** A window; null asks for everything, and where it is. */
export function askWindow(href: string, subject: string, box: Box | null): Promise<WindowAnswer> {
  return asked(href, { subject, box });
}

export function askShape(href: string, subject: string, shape: Shape): Promise<ShapeAnswer> {
  return asked(href, { subject, shape });
}

export function askLanes(
  href: string,
  subject: string,
  cameras: readonly string[],
  from: number,
  to: number,
): Promise<LanesAnswer> {
  return asked(href, { subject, cameras, from: toIso(from), to: toIso(to) });
}

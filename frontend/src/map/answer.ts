/** What the server says of a window (`places/map/answer.py`), and how it is asked. */
import { postJson } from "../net/api";

export type Position = readonly [number, number];
/** West, south, east, north in degrees. */
export type Box = readonly [number, number, number, number];
/** Longitude, latitude, how many, how many late. */
export type Cell = readonly [number, number, number, number];

/** Words that a camera and a place without a system have in common. */
interface Row {
  readonly at: Position;
  readonly name: string;
  readonly stateWord: string;
  readonly category: string;
  readonly division: string;
  readonly unit: string;
  readonly href: string;
}

/** What a system says of all its cameras; it is sent once. */
interface SystemWords {
  readonly system: string;
  readonly systemHref: string;
  readonly life: string;
  readonly site: string;
  readonly filing: "" | "late" | "due";
  readonly category: string;
  readonly division: string;
  readonly unit: string;
}

export interface CameraRow extends Row, SystemWords {
  readonly number: string;
  readonly state: string;
  readonly field: readonly Position[] | null;
  /** Of one that moves, where it was last; of one where it is declared to stand, nothing. */
  readonly moves?: { readonly late: boolean; readonly age: string; readonly kind: string };
}

type SentCamera = Omit<CameraRow, keyof SystemWords> & { readonly of: number };

export type GapRow = Row;

export interface DivisionCount {
  readonly id: number;
  readonly name: string;
  readonly count: number;
  readonly late: number;
}

export interface Answer {
  /** Where everything is; only when no window was asked for. */
  readonly extent?: Box | null;
  readonly total: number;
  readonly cells: readonly Cell[];
  readonly cameras: readonly CameraRow[];
  readonly divisions: readonly DivisionCount[];
  readonly gaps: readonly GapRow[];
  readonly gapCells: readonly Cell[];
  readonly gapTotal: number;
}

export const isCamera = (row: CameraRow | GapRow): row is CameraRow => "system" in row;

/** Asks for a window; null asks for everything. @throws Error when the server does not answer as it should. */
export async function ask(
  href: string,
  conditions: Readonly<Record<string, string>>,
  box: Box | null,
): Promise<Answer> {
  const response = await postJson(href, { ...conditions, box });
  if (!response.ok || response.redirected) throw new Error(`status ${response.status}`);
  const sent = (await response.json()) as Omit<Answer, "cameras"> & {
    readonly systems: readonly SystemWords[];
    readonly cameras: readonly SentCamera[];
    readonly moving: readonly SentCamera[];
  };
  return { ...sent, cameras: withSystems([...sent.cameras, ...sent.moving], sent.systems) };
}

/** Cameras with their systems' words; one whose system was not sent is left out. */
export function withSystems(cameras: readonly SentCamera[], systems: readonly SystemWords[]): CameraRow[] {
  return cameras.flatMap(({ of, ...row }) => {
    const words = systems[of];
    return words ? [{ ...words, ...row }] : [];
  });
}

/** How far the review is, and the one thing to do next. */
import { begins, waitsForAnswer, type Track } from "./tracks";

export interface Progress {
  readonly looked: number;
  readonly samples: number;
  readonly open: number;
  readonly tracks: number;
}

export interface Situation {
  readonly readonly: boolean;
  readonly tracks: readonly Track[];
  readonly samples: readonly number[];
  /** The samples that are answered. */
  readonly looked: Pick<ReadonlySet<number>, "has">;
  /** Ticks of the picture that is shown. */
  readonly now: number;
  /** Whether the sample is what is shown, by pictures and not by ticks. */
  readonly shows: (sample: number) => boolean;
  readonly selected: Track | null;
  /** A track whose change only the person can settle: refused, or changed by somebody else too. */
  readonly unsettled: Track | null;
  /** Changes that are not with the server and don't go there by themselves. */
  readonly stuck: number;
  /** Whether a shape is being drawn. */
  readonly drawing: boolean;
}

export type Next =
  | { readonly kind: "readonly" | "drawing" | "done" }
  | { readonly kind: "stuck"; readonly count: number }
  | { readonly kind: "settle" | "answer" | "decide" | "open"; readonly track: Track }
  | { readonly kind: "look" | "tick"; readonly sample: number; readonly at: number };

export function progressOf(situation: Pick<Situation, "tracks" | "samples" | "looked">): Progress {
  const { tracks, samples, looked } = situation;
  return {
    looked: samples.filter((one) => looked.has(one)).length,
    samples: samples.length,
    open: tracks.filter((one) => one.state === "open").length,
    tracks: tracks.length,
  };
}

/** Undecided ones first, by when they begin; then the others, alike. */
export function inOrder(tracks: Iterable<Track>): Track[] {
  const late = (track: Track) => (track.state === "open" ? 0 : 1);
  return [...tracks].sort(
    (one, two) => late(one) - late(two) || begins(one) - begins(two) || one.number - two.number,
  );
}

/** The undecided track to go to: the next one from `now` on, or the first. */
export function nextOpen(tracks: readonly Track[], now: number, not: number | null = null): Track | null {
  const open = inOrder(tracks).filter((one) => one.state === "open" && one.number !== not);
  return open.find((one) => begins(one) >= now) ?? open[0] ?? null;
}

/** What to do next. What could be lost comes first, then what is at hand, then tracks, then sample pictures. */
export function nextOf(situation: Situation): Next {
  const { tracks, samples, looked, now, selected, stuck, unsettled } = situation;
  if (unsettled) return { kind: "settle", track: unsettled };
  if (stuck > 0) return { kind: "stuck", count: stuck };
  if (situation.readonly) return { kind: "readonly" };
  if (situation.drawing) return { kind: "drawing" };
  if (selected?.state === "open")
    return { kind: waitsForAnswer(selected) ? "answer" : "decide", track: selected };
  const open = nextOpen(tracks, now);
  if (open) return { kind: "open", track: open };
  const here = samples.findIndex((one) => situation.shows(one) && !looked.has(one));
  if (here >= 0) return { kind: "tick", sample: samples[here] as number, at: here };
  const left = samples.findIndex((one) => !looked.has(one));
  if (left >= 0) return { kind: "look", sample: samples[left] as number, at: left };
  return { kind: "done" };
}

/**
 * What the parts of the editor share: the store, the film, what is chosen, and what is under the hand. Parts change it by its verbs;
 * it tells of each change by `change`.
 */
import { begunAt, endedAt, handlesOf, newTrack, placed, withoutFrame, type Handle } from "./edits";
import type { Film } from "./film";
import { inOrder, nextOf, nextOpen, type Next } from "./next";
import type { Shape } from "./shapes";
import type { MaskStore } from "./store";
import { begins, ends, seenAt, type Kind, type Track } from "./tracks";
import type { Say } from "./words";

export type Drawing = "box" | "polygon";

/** How long keys may rest before what they moved is sent as one change. */
const REST_MS = 600;

export class Desk extends EventTarget {
  selected: number | null = null;
  handle: Handle = "whole";
  drawing: Drawing | null = null;
  drawKind: Kind = "face";
  /** Whether masks are shown filled, as in the copy. */
  public = false;
  #held: Track | null = null;
  #rest: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly store: MaskStore,
    readonly film: Film,
    readonly say: Say,
    private readonly fixed: boolean,
    private readonly tell: (text: string) => void,
  ) {
    super();
    store.addEventListener("change", () => this.changed());
    store.addEventListener("merged", (event) => {
      const { overtaken } = (event as CustomEvent<{ overtaken: number }>).detail;
      this.tell(overtaken > 0 ? say("merged.overtaken", { count: overtaken }) : say("merged"));
    });
    store.addEventListener("renumbered", (event) => {
      const { from, to } = (event as CustomEvent<{ from: number; to: number }>).detail;
      if (this.selected === from) this.selected = to;
      if (this.#held?.number === from) this.#held = { ...this.#held, number: to };
    });
  }

  get readonly(): boolean {
    return this.fixed || this.store.document.readonly;
  }

  /** The chosen track as it is under the hand. */
  get track(): Track | null {
    if (this.selected === null) return null;
    return this.#held?.number === this.selected ? this.#held : (this.store.tracks.get(this.selected) ?? null);
  }

  /** All tracks, the one under the hand as it is there. */
  *tracks(): Generator<Track> {
    for (const track of this.store.tracks.values())
      yield this.#held?.number === track.number ? this.#held : track;
  }

  get next(): Next {
    const { samples } = this.store.document;
    return nextOf({
      readonly: this.readonly,
      tracks: [...this.tracks()],
      samples,
      looked: this.store.looked,
      now: this.film.now,
      shows: (sample) => this.film.times.at(sample) === this.film.index,
      selected: this.track,
      unsettled: this.store.unsettled,
      stuck: this.store.stuck,
      drawing: this.drawing !== null,
    });
  }

  changed(): void {
    this.dispatchEvent(new Event("change"));
  }

  /** Says something to who can't see it, and to who can. */
  notice(text: string): void {
    this.tell(text);
  }

  /** Chooses a track, or none; `go` shows where it begins unless it is in the picture. */
  select(number: number | null, go = false): void {
    if (number !== this.selected) {
      this.settle();
      this.selected = number;
      this.handle = "whole";
      this.drawing = null;
    }
    const track = this.track;
    if (go && track && !seenAt(track, this.film.now)) this.film.goTo(begins(track));
    this.changed();
  }

  /** The next undecided track, if there is one. */
  selectNext(): void {
    const next = nextOpen([...this.tracks()], this.film.now, this.selected);
    if (next) this.select(next.number, true);
  }

  playThrough(): void {
    const track = this.track;
    if (track) this.film.playThrough(begins(track), ends(track));
  }

  /** Shows a track as it is under the hand; nothing is sent. */
  hold(track: Track): void {
    this.#stopResting();
    this.#held = track;
    this.changed();
  }

  /** As `hold`, and sends it when the keys rest. */
  holdAwhile(track: Track): void {
    this.hold(track);
    this.#rest = setTimeout(() => this.settle(), REST_MS);
  }

  /** Lets what is under the hand go where it was. */
  release(): void {
    this.#stopResting();
    this.#held = null;
    this.changed();
  }

  /** Sends what is under the hand. */
  settle(): void {
    this.#stopResting();
    const held = this.#held;
    this.#held = null;
    if (held) this.store.put(held);
  }

  /** Changes the chosen track by `change`, and sends it. Whether there was something to change. */
  change(change: (track: Track) => Track | null): boolean {
    const track = this.track;
    const changed = track && !this.readonly ? change(track) : null;
    if (!changed) return false;
    this.#stopResting();
    this.#held = null;
    this.store.put(changed);
    return true;
  }

  /** Where the chosen track is in the picture; null where it isn't. */
  get shape(): Shape | null {
    return this.track && seenAt(this.track, this.film.now);
  }

  /** The chosen track with its place in this picture drawn as `shape`. */
  placed(shape: Shape): Track | null {
    return this.track && placed(this.track, this.film.now, shape);
  }

  setFrame(): boolean {
    const { shape } = this;
    return shape !== null && this.change((track) => placed(track, this.film.now, shape));
  }

  removeFrame(): boolean {
    return this.change((track) => withoutFrame(track, this.film.now));
  }

  beginHere(): boolean {
    return this.change((track) => begunAt(track, this.film.now));
  }

  endHere(): boolean {
    return this.change((track) => endedAt(track, this.film.now));
  }

  draw(drawing: Drawing | null): void {
    this.settle();
    this.film.pause();
    this.drawing = this.readonly ? null : drawing;
    if (this.drawing) this.public = false;
    this.changed();
  }

  /** A new track of what was drawn, chosen. */
  add(shape: Shape): void {
    const { film, store } = this;
    const track = newTrack(store.newNumber(), this.drawKind, shape, film.now, film.times.of(film.times.last));
    this.drawing = null;
    this.handle = "whole";
    this.selected = track.number;
    store.put(track);
  }

  /** The next handle of the chosen shape, then the whole. */
  nextHandle(): void {
    const { shape, handle } = this;
    if (!shape) return;
    const count = handlesOf(shape).length;
    this.handle = handle === "whole" ? 0 : handle + 1 < count ? handle + 1 : "whole";
    this.notice(
      this.handle === "whole"
        ? this.say("handle.whole")
        : this.say("handle.chosen", { at: this.handle + 1, count }),
    );
    this.changed();
  }

  undo(): void {
    this.settle();
    const number = this.store.undo(this.say("undo.new"));
    if (number === null) return;
    this.notice(this.say("undo.done", { number: number > 0 ? number : "+" }));
    this.select(number, true);
  }

  /** Tracks as the list shows them. */
  inOrder(): Track[] {
    return inOrder(this.tracks());
  }

  #stopResting(): void {
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = null;
  }
}

/**
 * What is there, what the person changed, and what of it is with the server. A change shows at once and is sent on its own, one
 * after the other; one that is not taken stays shown and kept, with what was said of it, until it is sent again or given up.
 * Events: `change` (tracks, samples or their keeping), `renumbered` ({from, to}), `merged` (somebody else's changes came in).
 */
import { loadDocument, save, trackBody, type Document } from "./server";
import type { Track } from "./tracks";

/** How a change stands: on its way; not taken by the server's rules; not taken for want of a network; or of a track that somebody else changed. */
export type Standing = "waiting" | "refused" | "away" | "contested";

export interface Pending {
  readonly standing: Standing;
  /** The server's words where it refused. */
  readonly error: string;
  /** HTTP status where it could not be reached; 0 for no answer at all. */
  readonly status: number;
}

interface Step {
  readonly number: number;
  /** Null for a track that was not there before. */
  readonly before: Track | null;
}

type Key = number | `looked:${number}`;

const WAITING: Pending = { standing: "waiting", error: "", status: 0 };
const MOST_STEPS = 200;

export class MaskStore extends EventTarget {
  #document: Document;
  #mine = new Map<number, Track>();
  #theirs = new Map<number, Track>();
  #looked: Set<number>;
  #pending = new Map<Key, Pending>();
  #steps: Step[] = [];
  #version: number;
  #sending = false;
  #serial = 0;

  constructor(
    document: Document,
    readonly addresses: { readonly tracks: string; readonly save: string },
  ) {
    super();
    this.#document = document;
    this.#version = document.version;
    this.#looked = new Set(document.looked);
    for (const track of document.tracks) this.#both(track);
  }

  get document(): Document {
    return this.#document;
  }

  get tracks(): ReadonlyMap<number, Track> {
    return this.#mine;
  }

  get looked(): ReadonlySet<number> {
    return this.#looked;
  }

  get canUndo(): boolean {
    return this.#steps.length > 0;
  }

  /** Whether anything is not with the server yet. */
  get unsaved(): boolean {
    return this.#pending.size > 0;
  }

  /** Changes that will not go to the server by themselves. */
  get stuck(): number {
    return [...this.#pending.values()].filter((one) => one.standing !== "waiting").length;
  }

  /** A track whose change only the person can settle. */
  get unsettled(): Track | null {
    for (const [key, { standing }] of this.#pending)
      if (typeof key === "number" && (standing === "contested" || standing === "refused"))
        return this.#mine.get(key) ?? null;
    return null;
  }

  standing(key: Key): Pending | null {
    return this.#pending.get(key) ?? null;
  }

  /** The worst of what is pending, for the line that tells of it. */
  get worst(): Pending | null {
    const all = [...this.#pending.values()];
    const of = (standing: Standing) => all.find((one) => one.standing === standing);
    return of("contested") ?? of("refused") ?? of("away") ?? all[0] ?? null;
  }

  /** A number for a track that the server has not numbered. */
  newNumber(): number {
    return -++this.#serial;
  }

  /** Puts a track as the person wants it, and sends it. */
  put(track: Track): void {
    const before = this.#mine.get(track.number) ?? null;
    this.#steps.push({ number: track.number, before });
    if (this.#steps.length > MOST_STEPS) this.#steps.shift();
    this.#set(track);
  }

  /** Takes the last change back; the number of its track, or null where there is none. A new track can't be taken back but is shown. */
  undo(remark: string): number | null {
    const step = this.#steps.pop();
    const now = step && this.#mine.get(step.number);
    if (!step || !now) return null;
    this.#set(
      step.before
        ? { ...step.before, number: step.number }
        : { ...now, state: "rejected", review: { ...now.review, remark } },
    );
    return step.number;
  }

  look(sample: number): void {
    if (this.#looked.has(sample)) return;
    this.#looked.add(sample);
    this.#pending.set(`looked:${sample}`, WAITING);
    this.#tell();
    void this.#send();
  }

  /** Sends again what could not be sent; or one track's change, whatever was said of it: of a contested one the person's own holds. */
  again(key?: Key): void {
    for (const [one, { standing }] of this.#pending)
      if (key === undefined ? standing === "away" : one === key) this.#pending.set(one, WAITING);
    this.#tell();
    void this.#send();
  }

  /** Gives up the person's change of a track for what the server has. */
  giveUp(number: number): void {
    this.#pending.delete(number);
    this.#steps = this.#steps.filter((step) => step.number !== number);
    const theirs = this.#theirs.get(number);
    if (theirs) this.#mine.set(number, theirs);
    else this.#mine.delete(number);
    this.#tell();
  }

  #both(track: Track): void {
    this.#mine.set(track.number, track);
    this.#theirs.set(track.number, track);
  }

  #set(track: Track): void {
    this.#mine.set(track.number, track);
    // What somebody else changed too is never overwritten by the way: first the person says whose holds.
    if (this.#pending.get(track.number)?.standing !== "contested") this.#pending.set(track.number, WAITING);
    this.#tell();
    void this.#send();
  }

  #tell(): void {
    this.dispatchEvent(new Event("change"));
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (;;) {
        const next = [...this.#pending].find(([, one]) => one.standing === "waiting");
        if (!next || !(await this.#sendOne(next[0]))) break;
      }
    } finally {
      this.#sending = false;
    }
  }

  /** Sends one change; whether the next may follow. */
  async #sendOne(key: Key): Promise<boolean> {
    const sent = typeof key === "number" ? this.#mine.get(key) : null;
    const body =
      typeof key === "number"
        ? { track: trackBody(sent as Track, sent?.frames !== this.#theirs.get(key)?.frames) }
        : { looked: Number(key.slice("looked:".length)) };
    const answer = await save(this.addresses.save, { version: this.#version, ...body });
    switch (answer.kind) {
      case "saved":
        this.#version = answer.version;
        this.#taken(key, sent ?? null, answer.track);
        return true;
      case "changed":
        return this.#merge();
      case "refused":
        // Words of an older state don't hold for what the person has done since.
        if (typeof key !== "number" || this.#mine.get(key) === sent)
          this.#pending.set(key, { standing: "refused", error: answer.error, status: 422 });
        this.#tell();
        return true;
      case "away":
        this.#allAway(answer.status);
        return false;
    }
  }

  #allAway(status: number): void {
    for (const [key, one] of this.#pending)
      if (one.standing === "waiting") this.#pending.set(key, { standing: "away", error: "", status });
    this.#tell();
  }

  #taken(key: Key, sent: Track | null, answered: Track | null): void {
    if (typeof key !== "number" || !sent) {
      this.#pending.delete(key);
      return this.#tell();
    }
    const saved = answered ?? sent;
    const mine = this.#mine.get(key) as Track;
    if (saved.number !== key) this.#renumber(key, saved.number);
    this.#theirs.set(saved.number, saved);
    if (mine === sent) {
      this.#pending.delete(saved.number);
      this.#mine.set(saved.number, saved);
    } else {
      // Changed again while it was on its way: that goes next.
      const frames = mine.frames === sent.frames ? saved.frames : mine.frames;
      this.#mine.set(saved.number, { ...mine, number: saved.number, frames });
    }
    this.#tell();
  }

  #renumber(from: number, to: number): void {
    const mine = this.#mine.get(from) as Track;
    const pending = this.#pending.get(from);
    this.#mine.delete(from);
    this.#pending.delete(from);
    this.#mine.set(to, { ...mine, number: to });
    if (pending) this.#pending.set(to, pending);
    this.#steps = this.#steps.map((step) => (step.number === from ? { ...step, number: to } : step));
    this.dispatchEvent(new CustomEvent("renumbered", { detail: { from, to } }));
  }

  /** Somebody else was here: takes in what they did, keeps what the person was doing, and asks only where both did something to one track. */
  async #merge(): Promise<boolean> {
    let document: Document;
    try {
      document = await loadDocument(this.addresses.tracks);
    } catch {
      this.#allAway(0);
      return false;
    }
    const before = this.#theirs;
    const mine = this.#mine;
    this.#document = document;
    this.#version = document.version;
    this.#mine = new Map();
    this.#theirs = new Map();
    for (const track of document.tracks) this.#both(track);
    for (const key of this.#pending.keys()) {
      if (typeof key !== "number") continue;
      const kept = mine.get(key);
      const was = before.get(key);
      const now = this.#theirs.get(key);
      if (!kept) continue;
      const untouched = kept.frames === was?.frames && now;
      this.#mine.set(key, untouched ? { ...kept, frames: now.frames } : kept);
      if (was && JSON.stringify(was) !== JSON.stringify(now))
        this.#pending.set(key, { standing: "contested", error: "", status: 409 });
    }
    this.#steps = this.#steps.filter((step) => this.#pending.has(step.number));
    const ticked = [...this.#pending.keys()].filter((key) => typeof key === "string");
    this.#looked = new Set([...document.looked, ...ticked.map((key) => Number(String(key).slice(7)))]);
    this.dispatchEvent(new Event("merged"));
    this.#tell();
    return !document.readonly || this.#stop();
  }

  /** It has become readonly meanwhile: nothing more is taken. */
  #stop(): boolean {
    this.#allAway(403);
    return false;
  }
}

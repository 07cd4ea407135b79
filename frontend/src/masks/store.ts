/**
 * What is there, what the person changed, and what of it is with the server. A change shows at once and is sent on its own, one
 * after the other; one that is not taken stays shown and kept, with what was said of it, until it is sent again or given up.
 * Events: `change` (tracks, samples or their keeping), `renumbered` ({from, to}), `merged` ({overtaken}: somebody else's changes came in, and so
 * many answers of the person's were given up for them).
 */
import { loadDocument, save, trackBody, type Document, type Look } from "./server";
import { begins, ends, hidden, type Track } from "./tracks";

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

const sampleOf = (key: Key): number => Number(String(key).slice("looked:".length));
const lookBody = (looked: number, { answer, remark, kinds }: Look) => ({ looked, answer, remark, kinds });

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const sameLook = (one: Look | undefined, other: Look | undefined): boolean =>
  same(one && lookBody(0, one), other && lookBody(0, other));
const hides = (track: Track | undefined, sample: number): boolean =>
  track !== undefined && hidden(track) && begins(track) <= sample && ends(track) >= sample;

const WAITING: Pending = { standing: "waiting", error: "", status: 0 };
const MOST_STEPS = 200;

export class MaskStore extends EventTarget {
  #document: Document;
  #mine = new Map<number, Track>();
  #theirs = new Map<number, Track>();
  #looked: Map<number, Look>;
  /** The answers that the server has. */
  #lookedThere: Map<number, Look>;
  #overtaken = new Set<number>();
  #lookErrors = new Map<number, string>();
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
    this.#looked = new Map(document.looked);
    this.#lookedThere = new Map(document.looked);
    for (const track of document.tracks) this.#both(track);
  }

  get document(): Document {
    return this.#document;
  }

  get tracks(): ReadonlyMap<number, Track> {
    return this.#mine;
  }

  /** What is said of each sample picture that is answered. */
  get looked(): ReadonlyMap<number, Look> {
    return this.#looked;
  }

  /** Why the server did not take the answer of a sample; empty where it did, or was not asked. */
  lookError(sample: number): string {
    return this.#lookErrors.get(sample) ?? "";
  }

  /** Whether the person's answer of a sample was given up, since somebody else changed what it was an answer to. */
  overtaken(sample: number): boolean {
    return this.#overtaken.has(sample);
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
        : { ...now, state: "rejected", left: false, review: { ...now.review, remark } },
    );
    return step.number;
  }

  look(sample: number, look: Look): void {
    this.#looked.set(sample, look);
    this.#lookErrors.delete(sample);
    this.#overtaken.delete(sample);
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
    const look = typeof key === "number" ? null : this.#looked.get(sampleOf(key));
    const body =
      typeof key === "number"
        ? { track: trackBody(sent as Track, sent?.frames !== this.#theirs.get(key)?.frames) }
        : lookBody(sampleOf(key), look as Look);
    const answer = await save(this.addresses.save, { version: this.#version, ...body });
    switch (answer.kind) {
      case "saved":
        this.#version = answer.version;
        // An answer that rested on what was hidden there before counts no more, unless the person has given it anew.
        for (const one of answer.unanswered) {
          this.#lookedThere.delete(one);
          if (!this.#pending.has(`looked:${one}`)) this.#looked.delete(one);
        }
        if (look) this.#lookedThere.set(sampleOf(key), look);
        if (look && this.#looked.get(sampleOf(key)) !== look) return true; // answered otherwise meanwhile: that goes next
        this.#taken(key, sent ?? null, answer.track);
        return true;
      case "changed":
        return this.#merge();
      case "refused":
        // Words of an older state don't hold for what the person has done since.
        if (typeof key !== "number") this.#lookRefused(sampleOf(key), look as Look, answer.error);
        else if (this.#mine.get(key) === sent)
          this.#pending.set(key, { standing: "refused", error: answer.error, status: 422 });
        this.#tell();
        return true;
      case "away":
        this.#allAway(answer.status);
        return false;
    }
  }

  /** An answer that is against a rule is none; why is said beside the question. */
  #lookRefused(sample: number, sent: Look, error: string): void {
    if (this.#looked.get(sample) !== sent) return;
    this.#pending.delete(`looked:${sample}`);
    this.#looked.delete(sample);
    this.#lookErrors.set(sample, error);
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

  /**
   * Somebody else was here: takes in what they did, keeps what the person was doing, and asks only where both did something to one track.
   * An answer of a sample picture is kept only where the picture is what it was: it was given of that one.
   */
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
      if (was && !same(was, now)) this.#pending.set(key, { standing: "contested", error: "", status: 409 });
    }
    this.#steps = this.#steps.filter((step) => this.#pending.has(step.number));
    const overtaken = this.#mergeLooks(document, before);
    this.dispatchEvent(new CustomEvent("merged", { detail: { overtaken } }));
    this.#tell();
    return !document.readonly || this.#stop();
  }

  /** Takes in the answers of others; how many of the person's were given up. */
  #mergeLooks(document: Document, before: ReadonlyMap<number, Track>): number {
    const numbers = new Set([...before.keys(), ...this.#theirs.keys()]);
    const changed = [...numbers].filter((one) => !same(before.get(one), this.#theirs.get(one)));
    const there = this.#lookedThere;
    const mine = this.#looked;
    this.#looked = new Map(document.looked);
    this.#lookedThere = new Map(document.looked);
    let count = 0;
    for (const key of [...this.#pending.keys()]) {
      if (typeof key === "number") continue;
      const sample = sampleOf(key);
      const look = mine.get(sample) as Look;
      const now = document.looked.get(sample);
      const masked = changed.some(
        (one) => hides(before.get(one), sample) || hides(this.#theirs.get(one), sample),
      );
      if (!masked && sameLook(there.get(sample), now)) {
        this.#looked.set(sample, look);
        continue;
      }
      this.#pending.delete(key);
      if (sameLook(look, now)) continue; // it is there as the person gave it
      this.#overtaken.add(sample);
      count += 1;
    }
    return count;
  }

  /** It has become readonly meanwhile: nothing more is taken. */
  #stop(): boolean {
    this.#allAway(403);
    return false;
  }
}

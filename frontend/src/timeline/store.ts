/** Loads what the view needs, a little more on both sides, and again while the present is in it. */
import { loadTimeline, type TimelineData } from "../net/api";
import { backoff } from "../view/backoff";
import { lengthOf, type View } from "./scale";

export type Load = typeof loadTimeline;

const AGAIN_MS = 10_000;
const SETTLE_MS = 120;

export class TimelineStore {
  data: TimelineData | null = null;
  failed = false;
  readonly #camera: string;
  readonly #changed: () => void;
  readonly #load: Load;
  #loaded: View | null = null;
  #loadedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #underway: AbortController | null = null;
  #attempt = 0;
  #closed = false;

  constructor(camera: string, changed: () => void, load: Load = loadTimeline) {
    this.#camera = camera;
    this.#changed = changed;
    this.#load = load;
  }

  /** Says what is looked at; loads when that is not there or is old. */
  need(view: View, nowUs: number): void {
    if (this.#closed || this.#covers(view, nowUs)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(view, nowUs), this.data ? SETTLE_MS : 0);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#underway?.abort();
  }

  #covers(view: View, nowUs: number): boolean {
    if (this.#underway && this.#within(view)) return true;
    if (!this.#loaded || !this.#within(view)) return false;
    const fresh = Date.now() - this.#loadedAt < AGAIN_MS;
    return fresh || view.to < (this.data?.nowUs ?? nowUs);
  }

  #within(view: View): boolean {
    return this.#loaded !== null && view.from >= this.#loaded.from && view.to <= this.#loaded.to;
  }

  async #fetch(view: View, nowUs: number): Promise<void> {
    this.#underway?.abort();
    const underway = new AbortController();
    this.#underway = underway;
    const more = lengthOf(view) / 2;
    const wanted = { from: view.from - more, to: view.to + more };
    try {
      const data = await this.#load(
        this.#camera,
        wanted.from,
        Math.min(wanted.to, Math.max(nowUs, view.from + 1)),
        underway.signal,
      );
      if (this.#closed || underway.signal.aborted) return;
      this.data = data;
      this.#loaded = wanted;
      this.#loadedAt = Date.now();
      this.#attempt = 0;
      this.failed = false;
    } catch {
      if (this.#closed || underway.signal.aborted) return;
      this.failed = true;
      this.#timer = setTimeout(() => void this.#fetch(view, nowUs), backoff(this.#attempt++) * 1000);
    } finally {
      if (this.#underway === underway) this.#underway = null;
    }
    this.#changed();
  }
}

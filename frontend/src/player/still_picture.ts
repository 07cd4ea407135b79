/**
 * Single pictures in a small video element that stands still. Each replaces the one before: appended, ended, so that the
 * decoder gives it out without waiting for more, and gone to.
 */
import { el } from "../dom/build";
import { mediaSourceClass } from "../view/codecs";
import type { Still } from "./still_channel";

interface Pipe {
  readonly source: MediaSource;
  readonly buffer: SourceBuffer;
  readonly mime: string;
}

export class StillPicture {
  readonly video = el("video", { muted: true, playsinline: true, tabindex: -1 });
  #pipe: Pipe | null = null;
  #address = "";
  #next: { still: Still; shown: () => void } | null = null;
  #stop: AbortController | null = null;

  constructor() {
    this.video.muted = true;
    this.video.disableRemotePlayback = true;
    this.video.addEventListener("error", () => this.clear());
  }

  /** Shows `still`, unless a newer one comes before it is decoded; then calls `shown`. */
  show(still: Still, shown: () => void): void {
    this.#next = { still, shown };
    if (!this.#stop) void this.#work((this.#stop = new AbortController()));
  }

  /** Takes the picture away. */
  clear(): void {
    this.#next = null;
    this.#stop?.abort();
    this.#stop = null;
    this.#drop();
  }

  async #work(stop: AbortController): Promise<void> {
    try {
      for (let now = this.#take(); now; now = this.#take()) {
        await this.#put(now.still, stop.signal);
        if (!this.#next) now.shown();
      }
    } catch {
      if (this.#stop === stop) this.#drop();
    } finally {
      if (this.#stop === stop) this.#stop = null;
    }
  }

  #take(): { still: Still; shown: () => void } | null {
    const next = this.#next;
    this.#next = null;
    return next;
  }

  async #put(still: Still, signal: AbortSignal): Promise<void> {
    if (this.#pipe?.mime !== still.mime) await this.#begin(still.mime, signal);
    if (!this.#pipe) return;
    const { source, buffer } = this.#pipe;
    if (buffer.buffered.length > 0) {
      buffer.remove(0, Infinity);
      await happens(buffer, "updateend", signal);
    }
    for (const bytes of still.bytes) {
      buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>);
      await happens(buffer, "updateend", signal);
    }
    source.endOfStream();
    if (this.video.readyState === HTMLMediaElement.HAVE_NOTHING)
      await happens(this.video, "loadedmetadata", signal);
    this.video.currentTime = still.media;
    await happens(this.video, "seeked", signal);
  }

  async #begin(mime: string, signal: AbortSignal): Promise<void> {
    this.#drop();
    const Source = mediaSourceClass();
    if (!Source) return;
    const source = new Source();
    this.#address = URL.createObjectURL(source);
    this.video.src = this.#address;
    await happens(source, "sourceopen", signal);
    this.#pipe = { source, buffer: source.addSourceBuffer(mime), mime };
  }

  #drop(): void {
    this.#pipe = null;
    if (this.#address === "") return;
    URL.revokeObjectURL(this.#address);
    this.#address = "";
    this.video.removeAttribute("src");
    this.video.load();
  }
}

/** Resolves with the next event of `type`; rejects when `signal` is given. */
function happens(target: EventTarget, type: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const given = () => reject(new Error("given up"));
    if (signal.aborted) return given();
    signal.addEventListener("abort", given, { once: true });
    target.addEventListener(
      type,
      () => {
        signal.removeEventListener("abort", given);
        resolve();
      },
      { once: true },
    );
  });
}

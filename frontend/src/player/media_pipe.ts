/** A video element's MediaSource with one SourceBuffer: opened for the first type, changed for later ones. */
import { mediaSourceClass } from "../view/codecs";
import { BufferQueue } from "./buffer_queue";
import type { IntakeTarget } from "./intake";

export interface PipeListener {
  settled(): void;
  failed(error: unknown): void;
  /** What comes next begins at another place of media time. */
  anew(): void;
  /** The buffer is full: media time before which everything may go when what is from `media` on has to stay. */
  freeable(media: number): number;
}

/** Pictures this far behind the one on screen may always be dropped, in seconds. */
const KEEP_AT_LEAST = 4;

const LONGEST_HOLE_SECONDS = 60;
/** Later than any media time that a channel reaches. */
const FAR_SECONDS = 1e7;

export class MediaPipe implements IntakeTarget {
  readonly #video: HTMLVideoElement;
  readonly #listener: PipeListener;
  readonly #source: MediaSource;
  readonly #address: string;
  #queue: BufferQueue | null = null;
  #mime = "";
  #early: Uint8Array[] = [];
  #closed = false;

  /** @throws Error when the browser has no MediaSource. */
  constructor(video: HTMLVideoElement, listener: PipeListener) {
    const Source = mediaSourceClass();
    if (!Source) throw new Error("no MediaSource");
    this.#video = video;
    this.#listener = listener;
    this.#source = new Source();
    this.#source.addEventListener("sourceopen", () => this.#start(), { once: true });
    // ManagedMediaSource opens only where no other screen can take the picture away.
    video.disableRemotePlayback = true;
    this.#address = URL.createObjectURL(this.#source);
    video.src = this.#address;
  }

  /** What follows is of this type. */
  setType(mime: string): void {
    if (mime === this.#mime) return;
    this.#mime = mime;
    if (this.#queue) this.#queue.changeType(mime);
    else this.#start();
  }

  append(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (this.#queue) this.#queue.append(bytes);
    else this.#early.push(bytes);
  }

  /** Drops everything buffered; what is appended next begins anew. */
  clear(): void {
    this.#early = [];
    this.#queue?.clear();
  }

  anew(): void {
    this.#listener.anew();
  }

  removeBefore(media: number): void {
    this.#queue?.removeBefore(media);
  }

  /** Whether the picture at media time `media` is buffered. */
  covers(media: number): boolean {
    const ranges = this.#video.buffered;
    for (let i = 0; i < ranges.length; i++)
      if (ranges.start(i) <= media + 0.01 && ranges.end(i) > media) return true;
    return false;
  }

  /** End of what is buffered around (or right behind) media time `media`; null when there is nothing. */
  endAround(media: number): number | null {
    const ranges = this.#video.buffered;
    for (let i = 0; i < ranges.length; i++) if (ranges.end(i) > media) return ranges.end(i);
    return ranges.length > 0 ? ranges.end(ranges.length - 1) : null;
  }

  /** When the picture stands in a hole of the buffer, goes on behind it. `end`: of what is buffered around it. */
  leaveHole(end: number): void {
    const { currentTime, readyState, buffered } = this.#video;
    if (readyState >= HTMLMediaElement.HAVE_FUTURE_DATA || currentTime + 0.05 >= end) return;
    for (let i = 0; i < buffered.length; i++) {
      const start = buffered.start(i);
      if (start <= currentTime) continue;
      if (start - currentTime < LONGEST_HOLE_SECONDS) this.#video.currentTime = start + 0.001;
      return;
    }
  }

  /** Takes the picture away: the element holds nothing and shows black. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue = null;
    this.#early = [];
    URL.revokeObjectURL(this.#address);
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  #start(): void {
    if (this.#closed || this.#queue || this.#mime === "" || this.#source.readyState !== "open") return;
    try {
      const buffer = this.#source.addSourceBuffer(this.#mime);
      buffer.mode = "segments";
      this.#source.duration = Infinity;
      // Without it a seek while the buffer is empty is dropped instead of waiting for its picture.
      this.#source.setLiveSeekableRange(0, FAR_SECONDS);
      this.#queue = new BufferQueue(buffer, {
        settled: () => !this.#closed && this.#listener.settled(),
        full: () => this.#listener.freeable(this.#video.currentTime - KEEP_AT_LEAST),
        failed: (error) => !this.#closed && this.#listener.failed(error),
      });
    } catch (error) {
      this.#listener.failed(error);
      return;
    }
    for (const bytes of this.#early.splice(0)) this.#queue.append(bytes);
  }
}

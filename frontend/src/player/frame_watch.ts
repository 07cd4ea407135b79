/** Calls back for every frame that comes on screen, with its media time. */
export type FrameSeen = (media: number, presented: number) => void;

export class FrameWatch {
  readonly #video: HTMLVideoElement;
  readonly #seen: FrameSeen;
  #request = 0;
  #running = false;

  constructor(video: HTMLVideoElement, seen: FrameSeen) {
    this.#video = video;
    this.#seen = seen;
    // A browser without frame callbacks reports a few times a second; steps and age are then a little coarser.
    if (!("requestVideoFrameCallback" in video))
      (video as HTMLVideoElement).addEventListener("timeupdate", () => {
        if (this.#running) seen((video as HTMLVideoElement).currentTime, performance.now());
      });
  }

  start(): void {
    this.#running = true;
    this.#next();
  }

  stop(): void {
    this.#running = false;
    if ("cancelVideoFrameCallback" in this.#video) this.#video.cancelVideoFrameCallback(this.#request);
  }

  #next(): void {
    if (!("requestVideoFrameCallback" in this.#video)) return;
    this.#video.cancelVideoFrameCallback(this.#request);
    this.#request = this.#video.requestVideoFrameCallback((now, { mediaTime }) => {
      if (!this.#running) return;
      this.#seen(mediaTime, now);
      this.#next();
    });
  }
}

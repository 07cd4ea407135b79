/** Plays; calls `refused` when the browser wants a person's touch first (the play button is that touch). */
export function playOrAsk(video: HTMLVideoElement, refused: () => void): void {
  video.play().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "NotAllowedError") refused();
  });
}

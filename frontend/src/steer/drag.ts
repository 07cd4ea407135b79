/** A box drawn on the live picture once, for the drag zoom: shown over the stage while it is waited for. */
import { el } from "../dom/build";
import { pictureIn, regionOf } from "../player/enlarge";
import type { Region } from "../view/protocol";

/** Lets a hand draw one box on the picture of `video`; `done` has it, or null where it was a click, or given up. Returns how to give it up. */
export function drawBox(
  stage: HTMLElement,
  video: HTMLVideoElement,
  done: (box: Region | null) => void,
): () => void {
  const frame = el("div", { class: "steer__box", hidden: true });
  const sheet = el("div", { class: "steer__sheet", "aria-hidden": "true" }, frame);
  let from: readonly [number, number] | null = null;
  const end = (box: Region | null): void => {
    if (!sheet.isConnected) return;
    sheet.remove();
    document.removeEventListener("keydown", onKey, true);
    done(box);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") end(null);
  };
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    from = [event.clientX, event.clientY];
    sheet.setPointerCapture?.(event.pointerId);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!from) return;
    const edge = sheet.getBoundingClientRect();
    const [x, y] = [
      Math.min(from[0], event.clientX) - edge.left,
      Math.min(from[1], event.clientY) - edge.top,
    ];
    frame.hidden = false;
    frame.style.setProperty("translate", `${x}px ${y}px`);
    frame.style.setProperty("inline-size", `${Math.abs(event.clientX - from[0])}px`);
    frame.style.setProperty("block-size", `${Math.abs(event.clientY - from[1])}px`);
  });
  sheet.addEventListener("pointerup", (event) => {
    if (!from) return;
    const picture = pictureIn(video.getBoundingClientRect(), video.videoWidth, video.videoHeight);
    end(regionOf(picture, from, [event.clientX, event.clientY]));
  });
  sheet.addEventListener("pointercancel", () => end(null));
  document.addEventListener("keydown", onKey, true);
  stage.append(sheet);
  return () => end(null);
}

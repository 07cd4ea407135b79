/** The microphone, from the moment that a person asks for it until it is given back. The browser asks its user, each time or once. */
import captureUrl from "./capture?worker&url";
import type { Piece } from "./capture";
import { NoMicrophone } from "./lacking";

export interface Microphone {
  /** Hears, or is deaf: nothing comes then. */
  open(on: boolean): void;
  close(): void;
}

/**
 * @param take hears each piece, 60 ms of A-law
 * @param lost the microphone was pulled out, or taken away
 * @throws NoMicrophone
 */
export async function openMicrophone(take: (piece: Piece) => void, lost: () => void): Promise<Microphone> {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoMicrophone("insecure");
  const stream = await navigator.mediaDevices
    .getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    })
    .catch((error: unknown) => {
      const name = error instanceof DOMException ? error.name : "";
      throw new NoMicrophone(name === "NotAllowedError" || name === "SecurityError" ? "denied" : "none");
    });
  const context = new AudioContext();
  const release = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close().catch(() => undefined);
  };
  try {
    await context.audioWorklet.addModule(captureUrl);
    await context.resume();
  } catch {
    release();
    throw new NoMicrophone("none");
  }
  let on = false;
  const node = new AudioWorkletNode(context, "custodes-capture", {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: "explicit",
  });
  node.port.addEventListener("message", ({ data }: MessageEvent<Piece>) => {
    if (on) take(data);
  });
  node.port.start();
  context.createMediaStreamSource(stream).connect(node);
  for (const track of stream.getTracks()) {
    track.enabled = false;
    track.addEventListener("ended", lost);
  }
  return {
    open: (now) => {
      on = now;
      for (const track of stream.getTracks()) track.enabled = now;
    },
    close: () => {
      on = false;
      node.port.close();
      release();
    },
  };
}

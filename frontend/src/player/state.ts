/** What a picture can be doing, and who hears of it. */
import type { CameraStands, GapCrossed, HelmMessage, RecordingsTold, SpeechSays } from "../view/protocol";
import type { Loss } from "../view/session";
import type { Frame } from "./frames";

export type State =
  | { kind: "idle" | "connecting" | "waiting" | "playing" | "paused" | "stalled" | "ended" | "off" | "error" }
  | { kind: "reconnecting"; attempt: number; seconds: number; restarting: boolean }
  | { kind: "codec"; mime: string; live: boolean; sub: boolean }
  | { kind: "nothing"; fromUs: number }
  /** The device's own recording is not shown (any more): the step at which it stopped. */
  | { kind: "device"; step: string }
  | { kind: "lost"; loss: Loss };

export interface EngineListener {
  state(state: State): void;
  /** Live or playback, rate, pause: whatever controls show. */
  changed(): void;
  /** A frame came on screen. */
  frame(frame: Frame, presented: number): void;
  gap(gap: GapCrossed): void;
  /** How the camera itself stands; null when that is not known or, in playback, not the point. */
  camera(stands: CameraStands | null): void;
  notice(detail: string): void;
  /** What the device has recorded itself, when it was asked. */
  recordings?(told: RecordingsTold): void;
  /** Something about steering the camera; null when the line is gone. */
  helm?(message: HelmMessage | null): void;
  /** Who speaks through the camera; null when the line is gone. */
  speech?(says: SpeechSays | null): void;
}

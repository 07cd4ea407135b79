/** What stands in place of the picture: one state, said with a title, why, which clause, and what to do. */
import type { IconName } from "../dom/icons";
import { deviceStep, gapReason, pageLanguage, t } from "../i18n/translate";
import { clock, date, moment } from "../time/words";
import { stepSaid } from "./step_words";
import { codecName } from "../view/codecs";
import type { CameraStands } from "../view/protocol";
import type { Loss } from "../view/session";
import type { State } from "./state";

export type PanelAction = "retry" | "again" | "sub" | "subLive" | "live";

export interface PanelLine {
  readonly text: string;
  readonly clause?: string;
  readonly remedy?: string;
}

export interface Panel {
  readonly icon: IconName;
  readonly tone: "calm" | "attention" | "danger";
  readonly title: string;
  readonly lines: readonly PanelLine[];
  readonly actions: readonly PanelAction[];
}

const STOPPED = ["revoked", "expired", "replaced"] as const;
type Stopped = (typeof STOPPED)[number];

/**
 * The panel for a state, or null while the picture itself is there.
 *
 * @param stands how the camera itself stands, when the worker has said so
 */
export function panelFor(
  state: State,
  stream: "main" | "sub",
  stands: CameraStands | null = null,
): Panel | null {
  switch (state.kind) {
    case "idle":
    case "playing":
    case "paused":
    case "stalled":
      return null;
    case "connecting":
      return calm("loader", t("player.state.connecting"));
    case "waiting":
      return waitingPanel(stands);
    case "off":
      return calm("cameraOff", t("player.state.closed"));
    case "ended":
      return { ...calm("check", t("player.state.ended")), actions: ["live"] };
    case "error":
      return attention("warning", t("error.title"), [{ text: t("error.text") }], ["retry"]);
    case "reconnecting":
      if (state.restarting) return attention("loader", t("restart.title"), [{ text: t("restart.text") }]);
      return attention("wifiOff", t("lost.title"), [
        { text: t("lost.text"), remedy: t("lost.remedy", { attempt: state.attempt }) },
      ]);
    case "nothing": {
      const time = moment(state.fromUs, pageLanguage());
      return attention("cameraOff", t("none.title"), [{ text: t("none.text", { time }) }], ["live"]);
    }
    case "device":
      return attention(
        "cameraOff",
        t("device.title"),
        [{ text: deviceStep(state.step), remedy: t("device.again") }],
        ["live"],
      );
    case "codec":
      if (state.mime === "")
        return attention("warning", t("mse.title"), [{ text: t("mse.text"), remedy: t("mse.remedy") }]);
      return codecPanel(state.mime, state.live, state.sub, stream);
    case "lost":
      return lossPanel(state.loss);
  }
}

function calm(icon: IconName, title: string): Panel {
  return { icon, tone: "calm", title, lines: [], actions: [] };
}

function attention(icon: IconName, title: string, lines: PanelLine[], actions: PanelAction[] = []): Panel {
  return { icon, tone: "attention", title, lines, actions };
}

/** Recordings are made of the main stream alone, so in playback the sub-stream is a way back to now. */
function codecPanel(mime: string, live: boolean, sub: boolean, stream: "main" | "sub"): Panel {
  const remedy = t(!sub ? "codec.remedyAlone" : live ? "codec.remedy" : "codec.remedyBack");
  const lines = [{ text: t("codec.text", { codec: codecName(mime) }), remedy }];
  const actions: PanelAction[] = !sub ? [] : !live ? ["subLive"] : stream === "main" ? ["sub"] : [];
  return attention("warning", t("codec.title"), lines, actions);
}

/** Why there is no picture yet: the worker says how the camera stands (docs/design/wire.md §5). */
function waitingPanel(stands: CameraStands | null): Panel {
  if (!stands || stands.state === "recording") return calm("loader", t("player.state.waiting"));
  const since = t("stands.since", { time: sinceWhen(stands.since_us) });
  if (stands.state === "connecting")
    return { ...calm("loader", t("stands.connecting")), lines: [{ text: since }] };
  if (stands.reason === "unrecorded")
    return { ...calm("loader", t("player.state.waiting")), lines: [{ text: t("stands.unrecorded") }] };
  const step = stepSaid(stands.reason);
  if (step) return attention("cameraOff", step.reason, [{ text: since, remedy: step.remedy }]);
  const title = gapReason(stands.reason, stands.state);
  const off = stands.reason === "planned" ? "stands.do.planned" : "stands.do.off";
  const remedy = t(stands.state === "off" ? off : "stands.do");
  return attention(stands.state === "network" ? "wifiOff" : "cameraOff", title, [{ text: since, remedy }]);
}

/** The time alone when it was today. */
function sinceWhen(us: number): string {
  const language = pageLanguage();
  return date(us, language) === date(Date.now() * 1000, language) ? clock(us) : moment(us, language);
}

function lossPanel(loss: Loss): Panel {
  if (loss.kind === "stopped") {
    const known = STOPPED.find((reason) => reason === loss.reason) as Stopped | undefined;
    const line = {
      text: loss.detail || t(known ? `stop.${known}` : "refused.plain"),
      clause: loss.clause,
      remedy: t(known ? `stop.do.${known}` : "service.remedy"),
    };
    return { icon: "shieldX", tone: "danger", title: t("stop.title"), lines: [line], actions: ["again"] };
  }
  const lines = (loss.refused?.refusals ?? []).map(({ reason, clause, remedy }) => ({
    text: reason,
    clause,
    remedy,
  }));
  if (loss.kind === "refused") {
    if (lines.length === 0) lines.push({ text: t("refused.plain"), clause: "", remedy: t("service.remedy") });
    return { icon: "shieldX", tone: "danger", title: t("refused.title"), lines, actions: ["again"] };
  }
  if (lines.length === 0) lines.push({ text: t("service.text"), clause: "", remedy: t("service.remedy") });
  return { icon: "warning", tone: "attention", title: t("service.title"), lines, actions: ["again"] };
}

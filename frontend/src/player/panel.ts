/** What stands in place of the picture: one state, said with a title, why, which clause, and what to do. */
import type { IconName } from "../dom/icons";
import { t, pageLanguage } from "../i18n/translate";
import { moment } from "../time/words";
import { codecName } from "../view/codecs";
import type { Loss } from "../view/session";
import type { State } from "./state";

export type PanelAction = "retry" | "again" | "sub" | "live";

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

const STOPPED = ["revoked", "expired", "replaced", "restart"] as const;
type Stopped = (typeof STOPPED)[number];

/** The panel for a state, or null while the picture itself is there. */
export function panelFor(state: State, stream: "main" | "sub"): Panel | null {
  switch (state.kind) {
    case "idle":
    case "playing":
    case "paused":
    case "stalled":
      return null;
    case "connecting":
      return calm("loader", t("player.state.connecting"));
    case "waiting":
      return calm("loader", t("player.state.waiting"));
    case "off":
      return calm("cameraOff", t("player.state.closed"));
    case "ended":
      return { ...calm("check", t("player.state.ended")), actions: ["live"] };
    case "error":
      return attention("warning", t("error.title"), [{ text: t("error.text") }], ["retry"]);
    case "reconnecting":
      return attention("wifiOff", t("lost.title"), [
        { text: t("lost.text"), remedy: t("lost.remedy", { attempt: state.attempt }) },
      ]);
    case "nothing": {
      const time = moment(state.fromUs, pageLanguage());
      return attention("cameraOff", t("none.title"), [{ text: t("none.text", { time }) }], ["live"]);
    }
    case "codec":
      if (state.mime === "")
        return attention("warning", t("mse.title"), [{ text: t("mse.text"), remedy: t("mse.remedy") }]);
      return attention(
        "warning",
        t("codec.title"),
        [{ text: t("codec.text", { codec: codecName(state.mime) }), remedy: t("codec.remedy") }],
        stream === "main" ? ["sub"] : [],
      );
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

/** The list of keys. */
import { el } from "../dom/build";
import { t } from "../i18n/translate";
import { KEY_HELP } from "./keys";

export function showKeys(host: HTMLElement): void {
  const rows = KEY_HELP.map(([keys, meaning]) =>
    el("div", { class: "facts__row" }, el("dt", {}, el("kbd", {}, keys)), el("dd", {}, t(meaning))),
  );
  const close = el("button", { class: "button button--secondary", type: "button" }, t("player.close"));
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-label": t("player.help") },
    el("h2", { class: "dialog__title" }, t("player.help")),
    el("dl", { class: "facts" }, ...rows),
    el("div", { class: "button-row" }, close),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  host.append(dialog);
  dialog.showModal();
}

/** Asks why somebody speaks: one of the usual reasons, or words of their own. */
import { el } from "../dom/build";
import { clauseChip } from "../dom/clause";
import { t } from "./words";
import { zh, type Word } from "./words_zh";

const REASONS = ["crowd", "dissuade", "help", "safety", "missing", "trial"] as const;
const OTHER = "other";
const LONGEST = 100;

let serial = 0;

/** Shows the dialog; resolves with the reason, or null when it was closed. A usual one goes into the log in Chinese, whoever reads. */
export function askReason(host: HTMLElement): Promise<string | null> {
  const id = `speak-${++serial}`;
  const option = (key: string) =>
    el(
      "label",
      { class: "choice__option" },
      el("input", { type: "radio", name: id, value: key }),
      el("span", {}, t(`speak.why.${key}` as Word)),
    );
  const words = el("input", {
    id: `${id}-words`,
    maxlength: LONGEST,
    autocomplete: "off",
    "aria-label": t("speak.whyOther"),
    placeholder: t("speak.whyOther"),
  });
  const problem = el("p", { class: "why__problem", role: "alert" });
  const cancel = el("button", { class: "button button--quiet", type: "button" }, t("speak.cancel"));
  const form = el(
    "form",
    { class: "form", novalidate: true },
    el(
      "fieldset",
      { class: "choice speak__why" },
      el("legend", { class: "field__label" }, t("speak.whyLegend")),
      ...REASONS.map(option),
      option(OTHER),
      words,
    ),
    problem,
    el(
      "div",
      { class: "button-row" },
      el("button", { class: "button button--primary", type: "submit" }, t("speak.start")),
      cancel,
    ),
  );
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-labelledby": `${id}-title` },
    el("h2", { class: "dialog__title", id: `${id}-title` }, t("speak.whyTitle")),
    el("p", {}, t("speak.whyLead"), clauseChip("S34(1)")),
    form,
  );
  const chosen = () => form.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
  words.addEventListener("input", () => {
    const other = form.querySelector<HTMLInputElement>(`input[value=${OTHER}]`);
    if (other && words.value !== "") other.checked = true;
  });
  host.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let said: string | null = null;
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const key = chosen();
      const text = key === OTHER ? words.value.trim() : key ? zh[`speak.why.${key}` as Word] : "";
      if (text === "") {
        problem.textContent = t("speak.whyMissing");
        return;
      }
      said = text;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(said);
    });
  });
}

/** Small dialogs of the pad: one line of words, asked for before something is done. */
import { el } from "../dom/build";
import { clauseChip } from "../dom/clause";
import { t } from "../i18n/translate";

export interface Question {
  readonly title: string;
  readonly lead: string;
  readonly label: string;
  readonly submit: string;
  readonly clause?: string;
  readonly length: number;
}

let serial = 0;

/** Shows the dialog; resolves with the words, or null when it was closed. */
export function askWords(host: HTMLElement, question: Question): Promise<string | null> {
  const id = `ask-${++serial}`;
  const words = el("input", { id, required: true, maxlength: question.length, autocomplete: "off" });
  const cancel = el("button", { class: "button button--quiet", type: "button" }, t("why.cancel"));
  const form = el(
    "form",
    { class: "form" },
    el("div", { class: "field" }, el("label", { class: "field__label", for: id }, question.label), words),
    el(
      "div",
      { class: "button-row" },
      el("button", { class: "button button--primary", type: "submit" }, question.submit),
      cancel,
    ),
  );
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-labelledby": `${id}-title` },
    el("h2", { class: "dialog__title", id: `${id}-title` }, question.title),
    el("p", {}, question.lead, question.clause && clauseChip(question.clause)),
    form,
  );
  host.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let said: string | null = null;
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = words.value.trim();
      if (text === "") return;
      said = text;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(said);
    });
  });
}

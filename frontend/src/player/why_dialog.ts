/** Asks for 事由, 内容 and a bounded span before older footage is opened (N16.2(3)). */
import { el } from "../dom/build";
import { clauseChip } from "../dom/clause";
import { t } from "../i18n/translate";
import { parseLocalInput } from "../time/input";
import { localInput } from "../time/spans";

export interface Why {
  readonly purpose: string;
  readonly content: string;
  /** Number of the case or event; empty for none. */
  readonly matter: string;
  readonly span: readonly [number, number];
}

let serial = 0;

/** Shows the dialog; resolves with what was stated, or null when it was closed. */
export function askWhy(
  host: HTMLElement,
  proposed: readonly [number, number],
  backSeconds: number,
): Promise<Why | null> {
  const id = `why-${++serial}`;
  const purpose = el("input", { id: `${id}-purpose`, required: true, maxlength: 200, autocomplete: "off" });
  const content = el("textarea", { id: `${id}-content`, required: true, maxlength: 500, rows: 2 });
  const matter = el("input", { id: `${id}-matter`, maxlength: 100, autocomplete: "off" });
  const from = el("input", { id: `${id}-from`, type: "datetime-local", step: 1, required: true });
  const to = el("input", { id: `${id}-to`, type: "datetime-local", step: 1, required: true });
  from.value = localInput(proposed[0]);
  to.value = localInput(proposed[1]);
  const problem = el("p", { class: "why__problem", role: "alert" });
  const cancel = el("button", { class: "button button--quiet", type: "button" }, t("why.cancel"));
  const form = el(
    "form",
    { class: "form", novalidate: true },
    field(purpose, t("why.purpose"), t("why.purposeHint")),
    field(content, t("why.content"), t("why.contentHint")),
    field(matter, t("why.matter"), t("why.matterHint")),
    el("div", { class: "why__span" }, field(from, t("why.from")), field(to, t("why.to"))),
    problem,
    el(
      "div",
      { class: "button-row" },
      el("button", { class: "button button--primary", type: "submit" }, t("why.submit")),
      cancel,
    ),
  );
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-labelledby": `${id}-title` },
    el("h2", { class: "dialog__title", id: `${id}-title` }, t("why.title")),
    el("p", {}, lead(backSeconds), clauseChip("N16.2(3)")),
    form,
  );
  host.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let stated: Why | null = null;
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const span = [parseLocalInput(from.value), parseLocalInput(to.value)] as const;
      const whole = purpose.value.trim() !== "" && content.value.trim() !== "" && span[1] > span[0];
      if (!whole) {
        problem.textContent = t("why.missing");
        return;
      }
      stated = {
        purpose: purpose.value.trim(),
        content: content.value.trim(),
        matter: matter.value.trim(),
        span,
      };
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(stated);
    });
  });
}

function lead(backSeconds: number): string {
  const minutes = Math.round(backSeconds / 60);
  return minutes > 0 ? t("why.lead", { minutes }) : t("why.leadAll");
}

function field(input: HTMLInputElement | HTMLTextAreaElement, label: string, hint = ""): HTMLElement {
  if (hint) input.setAttribute("aria-describedby", `${input.id}-hint`);
  return el(
    "div",
    { class: "field" },
    el("label", { class: "field__label", for: input.id }, label),
    hint && el("div", { class: "field__hint", id: `${input.id}-hint` }, hint),
    input,
  );
}

/** The clause chip of the components: the same part as on the server's pages; its card is fetched when it is first opened. */
import { t } from "../i18n/translate";
import { el } from "./build";

/** A clause's id, with or without more behind it: nothing else is asked of the server. */
const ID = /^[A-Z]{1,6}\d[\w.()]*$/;

let serial = 0;

/** A chip that opens text and gloss of the clause `name`; words that are no clause's id are shown and open nothing. */
export function clauseChip(name: string): HTMLElement {
  if (!ID.test(name)) return el("span", { class: "chip" }, name);
  const card = `clause-card-${++serial}`;
  const href = `/law/${name}/`;
  const more = el("a", { class: "clause__more", href }, t("clause.open", { id: name }));
  const note = el("span", { role: "status" }, t("clause.loading"));
  const box = el(
    "span",
    { class: "clause__card", id: card, popover: true, role: "group", "aria-label": name },
    note,
    more,
  );
  box.addEventListener("beforetoggle", function load(event) {
    if ((event as ToggleEvent).newState !== "open") return;
    box.removeEventListener("beforetoggle", load);
    void fill(box, href).catch(() => {
      note.textContent = t("clause.failed");
      box.addEventListener("beforetoggle", load);
    });
  });
  return el(
    "span",
    { class: "clause" },
    el("button", { class: "chip", type: "button", popovertarget: card }, name),
    box,
  );
}

async function fill(box: HTMLElement, href: string): Promise<void> {
  const answer = await fetch(`${href}card/`, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(`card: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  box.replaceChildren(...page.body.childNodes);
}

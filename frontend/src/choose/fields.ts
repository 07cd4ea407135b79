/** The form's own fields: boxes of cameras and typed ends. Whatever is chosen on map or timeline ends here, and the server reads nothing else. */
import { el } from "../dom/build";
import { localInput } from "../time/spans";
import { parseLocalInput } from "../time/input";
import type { Row } from "./answer";
import type { Span } from "./span";

export class Fields {
  readonly #form: HTMLFormElement;
  readonly #name: string;
  readonly #from: HTMLInputElement | null;
  readonly #to: HTMLInputElement | null;

  constructor(form: HTMLFormElement, name: string, fromId: string, toId: string) {
    this.#form = form;
    this.#name = name;
    this.#from = document.getElementById(fromId) as HTMLInputElement | null;
    this.#to = document.getElementById(toId) as HTMLInputElement | null;
  }

  /** Called when cameras or ends change, by whatever. Boxes come and go with a search, so the form listens, not each of them. */
  watch(cameras: () => void, ends: () => void): void {
    this.#form.addEventListener("change", (event) => {
      const target = event.target;
      if (!(target instanceof HTMLInputElement)) return;
      if (target.name === this.#name) cameras();
      else if (target === this.#from || target === this.#to) ends();
    });
    document.body.addEventListener("htmx:afterSettle", cameras);
  }

  get #boxes(): HTMLInputElement[] {
    return [...this.#form.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')].filter(
      (box) => box.name === this.#name,
    );
  }

  get picked(): string[] {
    return [...new Set(this.#boxes.filter((box) => box.checked).map((box) => box.value))];
  }

  pick(rows: readonly Row[], on: boolean): void {
    const boxes = new Map(this.#boxes.map((box) => [box.value, box]));
    let last: HTMLInputElement | null = null;
    for (const row of rows) {
      const box = boxes.get(row.id) ?? (on ? this.#add(row) : null);
      if (!box || box.checked === on) continue;
      box.checked = on;
      if (on) this.#gather(box);
      last = box;
    }
    last?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** What was chosen stands together, and not in a list that may be folded up. */
  #gather(box: HTMLInputElement): void {
    const into = this.#form.querySelector<HTMLElement>("[data-choose-into]");
    const label = box.closest("label");
    if (!into || !label || into.contains(label)) return;
    into.querySelector("[data-choose-none]")?.remove();
    into.append(label);
  }

  #add(row: Row): HTMLInputElement | null {
    const into = this.#form.querySelector<HTMLElement>("[data-choose-into]");
    if (!into) return null;
    into.querySelector("[data-choose-none]")?.remove();
    const box = el("input", { type: "checkbox", name: this.#name, value: row.id });
    into.append(
      el(
        "label",
        { class: "choice__option" },
        box,
        el(
          "span",
          {},
          `${row.number} ${row.name} `,
          el("span", { class: "quiet" }, `${row.place} · ${row.system}`),
        ),
      ),
    );
    return box;
  }

  /** Both ends, where both are typed and in order. */
  get span(): Span | null {
    const from = parseLocalInput(this.#from?.value ?? "");
    const to = parseLocalInput(this.#to?.value ?? "");
    return Number.isNaN(from) || Number.isNaN(to) || from >= to ? null : [from, to];
  }

  set span(span: Span) {
    if (!this.#from || !this.#to) return;
    this.#from.value = localInput(span[0]);
    this.#to.value = localInput(span[1]);
    this.#to.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

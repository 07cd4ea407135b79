/** The map of the choice: tools for drawing around a place, the map where the browser can draw it, and a list that does all of it without. */
import { el, setText } from "../dom/build";
import { icon, type IconName } from "../dom/icons";
import { t, type Key } from "./words";
import type { Box } from "../map/answer";
import { canDraw } from "../map/libre";
import { readPalette } from "../map/palette";
import { askShape, askWindow, type Row, type WindowAnswer } from "./answer";
import { ChoosingCanvas, type Mode } from "./canvas";
import type { Fields } from "./fields";
import { circle, fitMetres, LEAST_METRES, MOST_METRES, type Shape } from "./shape";

/** How long a window must rest before it is asked for, ms. */
const REST = 150;
const METRES = 200;
const MODES: readonly [Mode, Key][] = [
  ["point", "choose.mode.point"],
  ["circle", "choose.mode.circle"],
  ["box", "choose.mode.box"],
  ["ring", "choose.mode.ring"],
];

interface Asks {
  readonly href: string;
  readonly subject: string;
  readonly most: number;
}

export class ChoosingMap {
  readonly #root: HTMLElement;
  readonly #fields: Fields;
  readonly #asks: Asks;
  readonly #status = el("p", { class: "quiet", role: "status" }, t("choose.reading"));
  readonly #hint = el("p", { class: "quiet" }, t("choose.hint.point"));
  readonly #list = el("ul", { class: "choose__list" });
  readonly #all = button(t("choose.all", { count: 0 }), "check");
  readonly #clear = button(t("choose.clear"), "close");
  readonly #close = button(t("choose.close"), "check");
  readonly #metres = el("input", {
    type: "number",
    id: "choose-metres",
    min: LEAST_METRES,
    max: MOST_METRES,
    step: 10,
    value: METRES,
    inputmode: "numeric",
  });
  readonly #tools = el("div", { class: "choose__modes", role: "group", "aria-label": t("choose.modes") });
  readonly #stage = el("div", { class: "regmap__stage choose__stage" });
  readonly #buttons = new Map<Mode, HTMLButtonElement>();
  #canvas: ChoosingCanvas | null = null;
  #window: WindowAnswer | null = null;
  #shape: Shape | null = null;
  #rows: readonly Row[] = [];
  #asked = 0;
  #rest = 0;

  constructor(root: HTMLElement, fields: Fields, asks: Asks) {
    this.#root = root;
    this.#fields = fields;
    this.#asks = asks;
    this.#build();
  }

  /** Reads everything once, and draws where that can be done. */
  async begin(): Promise<void> {
    const first = await askWindow(this.#asks.href, this.#asks.subject, null);
    const extent = first.extent ?? null;
    this.#show(first);
    if (first.unplaced)
      this.#root.append(el("p", { class: "quiet" }, t("choose.unplaced", { count: first.unplaced })));
    if (!extent) {
      this.#stage.remove();
      this.#tools.remove();
      this.#hint.remove();
      setText(this.#status, t("choose.noPositions"));
      return;
    }
    if (!canDraw()) {
      this.#withoutMap();
      return;
    }
    const place = el("div", { class: "regmap__canvas" });
    this.#stage.append(place);
    try {
      this.#canvas = await ChoosingCanvas.begin(
        place,
        readPalette(),
        first.underlay ?? { tiles: "", attribution: "", seats: [] },
        extent,
        {
          moved: (box) => this.#moved(box),
          pressed: (ids) => this.#toggle(ids),
          drawn: (shape) => void this.#ask(shape),
          metres: () => this.#radius,
        },
      );
    } catch (error) {
      console.warn("choose", error);
      this.#withoutMap();
      return;
    }
    if (first.underlay?.attribution)
      this.#stage.append(el("p", { class: "regmap__source" }, first.underlay.attribution));
    this.#stage.append(this.#zoomTools(extent));
    this.#canvas.show(first, new Set(this.#fields.picked));
    this.#watchColours();
    await this.#canvas.settled();
    this.#root.dataset["drawn"] = "";
  }

  picksChanged(): void {
    const picked = new Set(this.#fields.picked);
    this.#canvas?.pick(picked);
    for (const box of this.#list.querySelectorAll<HTMLInputElement>("input"))
      box.checked = picked.has(box.value);
    this.#sayAll();
  }

  get #radius(): number {
    const metres = fitMetres(this.#metres.valueAsNumber);
    return Number.isNaN(metres) ? METRES : metres;
  }

  #build(): void {
    for (const [mode, key] of MODES) {
      const each = button(t(key));
      each.setAttribute("aria-pressed", String(mode === "point"));
      each.addEventListener("click", () => this.#setMode(mode));
      this.#buttons.set(mode, each);
      this.#tools.append(each);
    }
    const centred = button(t("choose.around"), "crosshair");
    centred.addEventListener("click", () => {
      if (!this.#canvas) return;
      const shape = circle(this.#canvas.centre, this.#radius);
      this.#canvas.outline(shape);
      void this.#ask(shape);
    });
    this.#tools.append(
      el("label", { class: "choose__metres", for: "choose-metres" }, t("choose.metres"), this.#metres),
      centred,
      this.#close,
    );
    this.#close.hidden = this.#all.hidden = this.#clear.hidden = true;
    this.#close.addEventListener("click", () => this.#canvas?.close());
    this.#all.addEventListener("click", () => this.#fields.pick(this.#rows, true));
    this.#clear.addEventListener("click", () => this.#forget());
    this.#root.append(
      this.#tools,
      this.#hint,
      el(
        "div",
        { class: "regmap choose__map-and-list" },
        this.#stage,
        el(
          "section",
          { class: "regmap__side", "aria-labelledby": "choose-list-title" },
          el("h2", { id: "choose-list-title" }, t("choose.list")),
          this.#status,
          el("div", { class: "button-row" }, this.#all, this.#clear),
          this.#list,
        ),
      ),
    );
    this.#root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#shape) this.#forget();
      // A key in here sends no form.
      if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
    });
  }

  #setMode(mode: Mode): void {
    for (const [each, pressed] of this.#buttons) pressed.setAttribute("aria-pressed", String(each === mode));
    if (this.#canvas) this.#canvas.mode = mode;
    this.#close.hidden = mode !== "ring";
    setText(this.#hint, t(`choose.hint.${mode}`));
    this.#shape = null;
    if (this.#window) this.#show(this.#window);
  }

  #moved(box: Box): void {
    window.clearTimeout(this.#rest);
    this.#rest = window.setTimeout(async () => {
      const turn = ++this.#asked;
      try {
        const answer = await askWindow(this.#asks.href, this.#asks.subject, box);
        if (turn === this.#asked) this.#show(answer);
      } catch {
        if (turn === this.#asked) setText(this.#status, t("map.failed"));
      }
    }, REST);
  }

  async #ask(shape: Shape): Promise<void> {
    const turn = ++this.#asked;
    this.#shape = shape;
    try {
      const answer = await askShape(this.#asks.href, this.#asks.subject, shape);
      if (turn !== this.#asked) return;
      this.#rows = answer.cameras;
      const tooMany = answer.total > answer.most;
      const key = tooMany ? "choose.shapeTooMany" : answer.total ? "choose.inShape" : "choose.noneInShape";
      setText(this.#status, t(key, { count: answer.total, most: answer.most }));
      this.#fill();
    } catch {
      if (turn === this.#asked) setText(this.#status, t("map.failed"));
    }
  }

  #forget(): void {
    this.#shape = null;
    this.#canvas?.outline(null);
    if (this.#window) this.#show(this.#window);
  }

  #show(answer: WindowAnswer): void {
    this.#window = answer;
    this.#canvas?.show(answer, new Set(this.#fields.picked));
    if (this.#shape) return;
    this.#rows = answer.cameras;
    setText(this.#status, t(answer.cells.length ? "choose.many" : "choose.inView", { count: answer.total }));
    this.#fill();
  }

  #fill(): void {
    const picked = new Set(this.#fields.picked);
    this.#list.replaceChildren(
      ...this.#rows.map((row) => {
        const box = el("input", { type: "checkbox", value: row.id });
        box.checked = picked.has(row.id);
        box.addEventListener("change", (event) => {
          event.stopPropagation();
          this.#fields.pick([row], box.checked);
        });
        return el(
          "li",
          {},
          el(
            "label",
            { class: "choice__option" },
            box,
            el("span", {}, `${row.number} ${row.name} `, el("span", { class: "quiet" }, row.place)),
          ),
        );
      }),
    );
    this.#sayAll();
  }

  #sayAll(): void {
    const picked = new Set(this.#fields.picked);
    const left = this.#rows.filter((row) => !picked.has(row.id)).length;
    this.#all.hidden = !this.#shape || left === 0 || picked.size + left > this.#asks.most;
    this.#clear.hidden = !this.#shape;
    const words = this.#all.querySelector("span");
    if (words) setText(words, t("choose.all", { count: left }));
  }

  #toggle(ids: readonly string[]): void {
    const picked = new Set(this.#fields.picked);
    const rows = (this.#window?.cameras ?? []).filter((row) => ids.includes(row.id));
    this.#fields.pick(rows, !rows.every((row) => picked.has(row.id)));
  }

  #withoutMap(): void {
    this.#stage.remove();
    this.#tools.remove();
    setText(this.#hint, t("choose.cannotDraw"));
  }

  #zoomTools(extent: Box): HTMLElement {
    const tool = (name: IconName, key: Key, act: () => void) => {
      const made = el("button", { type: "button", class: "regmap__tool", "aria-label": t(key) }, icon(name));
      made.addEventListener("click", act);
      return made;
    };
    return el(
      "div",
      { class: "regmap__tools" },
      tool("zoomIn", "choose.zoomIn", () => this.#canvas?.zoom(1)),
      tool("zoomOut", "choose.zoomOut", () => this.#canvas?.zoom(-1)),
      tool("maximize", "choose.showAll", () => this.#canvas?.fit(extent)),
    );
  }

  #watchColours(): void {
    const repaint = () => this.#canvas?.repaint(readPalette());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }
}

function button(words: string, name?: IconName): HTMLButtonElement {
  return el(
    "button",
    { type: "button", class: "button button--secondary" },
    name ? icon(name) : null,
    el("span", {}, words),
  );
}

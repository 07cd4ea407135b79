/** The register's map on its page: conditions, list, panel and legend; and the map itself where the browser can draw it. */
import { setText } from "../dom/build";
import { icon, type IconName } from "../dom/icons";
import { t } from "../i18n/translate";
import { ask, type Answer, type Box } from "./answer";
import { MapCanvas } from "./canvas";
import { canDraw } from "./libre";
import { fillList, fillPanel, summary, type AnyRow } from "./list";
import { drawLegend } from "./marks";
import { readPalette } from "./palette";
import type { Underlay } from "./style";

/** How long a window must rest before it is asked for, ms. */
const REST = 120;

export function wireRegisterMap(): void {
  const root = document.querySelector<HTMLElement>("[data-register-map]");
  const config = document.getElementById("map-config")?.textContent;
  if (root && config) void new RegisterMap(root, JSON.parse(config) as Underlay).begin();
}

class RegisterMap {
  readonly #root: HTMLElement;
  readonly #underlay: Underlay;
  readonly #href: string;
  #canvas: MapCanvas | null = null;
  #answer: Answer | null = null;
  #extent: Box | null = null;
  #asked = 0;
  #rest = 0;
  #from: HTMLElement | null = null;

  constructor(root: HTMLElement, underlay: Underlay) {
    this.#root = root;
    this.#underlay = underlay;
    this.#href = root.dataset["windowHref"] ?? "";
  }

  async begin(): Promise<void> {
    drawLegend(this.#root, readPalette());
    this.#wireButtons();
    // The list comes first: it needs neither WebGL nor MapLibre.
    const looked = /#map=/.test(location.hash);
    await this.#ask(null);
    if (!canDraw()) {
      this.#find("[data-map-stage]")?.toggleAttribute("hidden", true);
      this.#find("[data-map-plain]")?.toggleAttribute("hidden", false);
      return;
    }
    const container = this.#find("[data-map-canvas]");
    if (!container) return;
    try {
      this.#canvas = await MapCanvas.begin(
        container,
        readPalette(),
        this.#underlay,
        looked ? null : this.#extent,
        {
          moved: (box) => this.#askSoon(box),
          pressed: (kind, rows) => this.#pressed(kind, rows),
        },
      );
    } catch (error) {
      console.warn("map", error);
      this.#find("[data-map-stage]")?.toggleAttribute("hidden", true);
      this.#find("[data-map-plain]")?.toggleAttribute("hidden", false);
      return;
    }
    this.#find("[data-map-tools]")?.toggleAttribute("hidden", false);
    this.#watchColours();
    // Everything was asked for already, unless the address says where somebody looked.
    if (looked || !this.#answer) await this.#ask(this.#canvas.box);
    else this.#canvas.show(this.#answer);
    this.#root.dataset["drawn"] = "";
  }

  #find(selector: string): HTMLElement | null {
    return this.#root.querySelector<HTMLElement>(selector);
  }

  /** The conditions in the page's address. */
  get #conditions(): Record<string, string> {
    return Object.fromEntries(new URLSearchParams(location.search));
  }

  #askSoon(box: Box): void {
    window.clearTimeout(this.#rest);
    this.#rest = window.setTimeout(() => void this.#ask(box), REST);
  }

  async #ask(box: Box | null): Promise<void> {
    const turn = ++this.#asked;
    this.#root.setAttribute("aria-busy", "true");
    let answer: Answer;
    try {
      answer = await ask(this.#href, this.#conditions, box);
    } catch {
      if (turn === this.#asked) this.#say(t("map.failed"));
      return;
    }
    // Whoever moved on meanwhile is shown the later window alone.
    if (turn !== this.#asked) return;
    this.#root.removeAttribute("aria-busy");
    if (answer.extent) this.#extent = answer.extent;
    this.#answer = answer;
    this.#canvas?.show(answer);
    this.#say(summary(answer));
    const list = this.#find("[data-map-list]");
    if (!list) return;
    fillList(
      list,
      answer,
      (row, from) => this.#choose([row], from),
      (id) => this.#withDivision(id),
    );
    drawLegend(list, readPalette());
  }

  #say(words: string): void {
    const status = this.#find("[data-map-status]");
    if (status) setText(status, words);
  }

  #withDivision(id: number): string {
    const query = new URLSearchParams(location.search);
    query.set("division", String(id));
    return `?${query}`;
  }

  #pressed(kind: "cameras" | "gaps", rows: readonly number[]): void {
    const all: readonly AnyRow[] = this.#answer?.[kind] ?? [];
    const found = rows.map((at) => all[at]).filter((row) => row !== undefined);
    if (found.length) this.#choose(found, this.#find("canvas"), false);
  }

  #choose(rows: readonly AnyRow[], from: HTMLElement | null, move = true): void {
    const panel = this.#find("[data-map-panel]");
    if (!panel) return;
    this.#from = from;
    fillPanel(panel, rows);
    panel.hidden = false;
    panel.querySelector<HTMLElement>("h2")?.focus();
    const first = rows[0];
    if (move && first) this.#canvas?.goTo(first.at);
  }

  #close(): void {
    const panel = this.#find("[data-map-panel]");
    if (!panel || panel.hidden) return;
    panel.hidden = true;
    // The list may have been written anew while the panel was open.
    if (this.#from?.isConnected) this.#from.focus();
    else this.#find("[data-map-side]")?.focus();
  }

  #wireButtons(): void {
    const deeds: Record<string, () => void> = {
      in: () => this.#canvas?.zoom(1),
      out: () => this.#canvas?.zoom(-1),
      all: () => this.#extent && this.#canvas?.fit(this.#extent),
      close: () => this.#close(),
    };
    for (const button of this.#root.querySelectorAll<HTMLElement>("[data-map-do]")) {
      const name = button.dataset["icon"];
      if (name) button.prepend(icon(name as IconName));
      button.addEventListener("click", () => deeds[button.dataset["mapDo"] ?? ""]?.());
    }
    this.#find("[data-map-panel]")?.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
  }

  #watchColours(): void {
    const repaint = () => {
      const palette = readPalette();
      this.#canvas?.repaint(palette);
      drawLegend(this.#root, palette);
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }
}

/**
 * Two pictures of a camera held against each other: side by side, under a line that is drawn across, one in the place of the other, or
 * their difference. Without this script they stand side by side. Nothing changes by itself: who looks decides when to swap.
 */
type Mode = "side" | "slide" | "swap" | "difference";
const MODES: readonly Mode[] = ["side", "slide", "swap", "difference"];

class PicturePair extends HTMLElement {
  private figures: HTMLElement[] = [];
  private bar: HTMLElement | null = null;

  connectedCallback(): void {
    this.figures = [...this.querySelectorAll<HTMLElement>(".pair__picture")];
    if (this.figures.length < 2 || this.bar) return;
    this.bar = document.createElement("div");
    this.bar.className = "pair__bar";
    this.bar.append(this.modeButtons(), ...this.pickers(), this.slider(), this.swapButton());
    this.prepend(this.bar);
    this.choose("side");
    this.pick(0, this.figures.length - 1);
  }

  private modeButtons(): HTMLElement {
    const group = document.createElement("div");
    group.className = "pair__modes";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", this.word("label"));
    for (const mode of MODES) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pair__mode";
      button.dataset["mode"] = mode;
      button.textContent = this.word(mode);
      button.addEventListener("click", () => this.choose(mode));
      group.append(button);
    }
    return group;
  }

  /** Where there are three pictures: which two. */
  private pickers(): HTMLElement[] {
    if (this.figures.length < 3) return [];
    return (["first", "second"] as const).map((which) => {
      const label = document.createElement("label");
      label.className = "pair__pick";
      const select = document.createElement("select");
      select.dataset["pick"] = which;
      this.figures.forEach((figure, index) =>
        select.append(new Option(figure.dataset["title"] ?? "", String(index))),
      );
      select.addEventListener("change", () => {
        const [first, second] = (["first", "second"] as const).map((name) =>
          Number(this.querySelector<HTMLSelectElement>(`[data-pick="${name}"]`)?.value),
        );
        this.pick(first ?? 0, second ?? 1);
      });
      label.append(this.word(which), select);
      return label;
    });
  }

  private slider(): HTMLElement {
    const input = document.createElement("input");
    input.type = "range";
    input.className = "pair__slider";
    input.min = "0";
    input.max = "100";
    input.value = "50";
    input.setAttribute("aria-label", this.word("slider"));
    input.addEventListener("input", () => this.style.setProperty("--pair-at", `${input.value}%`));
    return input;
  }

  private swapButton(): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--secondary pair__swap";
    button.textContent = this.word("hold");
    button.addEventListener("click", () => {
      this.toggleAttribute("data-swapped");
    });
    return button;
  }

  private choose(mode: Mode): void {
    this.dataset["mode"] = mode;
    this.removeAttribute("data-swapped");
    for (const button of this.querySelectorAll<HTMLElement>(".pair__mode")) {
      button.setAttribute("aria-pressed", String(button.dataset["mode"] === mode));
    }
  }

  private pick(first: number, second: number): void {
    this.figures.forEach((figure, index) => {
      if (index === first) figure.dataset["place"] = "first";
      else if (index === second) figure.dataset["place"] = "second";
      else delete figure.dataset["place"];
    });
    for (const [name, value] of [
      ["first", first],
      ["second", second],
    ] as const) {
      const select = this.querySelector<HTMLSelectElement>(`[data-pick="${name}"]`);
      if (select) select.value = String(value);
    }
  }

  private word(key: string): string {
    return this.dataset[key] ?? key;
  }
}

export function definePicturePair(): void {
  customElements.define("picture-pair", PicturePair);
}

/** The list of tracks: undecided first, one tab stop, arrow keys from row to row. */
import { el, setText } from "../dom/build";
import type { Desk } from "./desk";
import { told } from "./times";
import { begins, ends, STATES, type State, type Track } from "./tracks";

const FILTERS = ["all", ...STATES, "here"] as const;
type Filter = (typeof FILTERS)[number];

const TONES: Readonly<Record<State, string>> = {
  open: "attention",
  accepted: "fine",
  rejected: "neutral",
};

/** The badge of a state: colour, shape and word. */
export function stateBadge(): HTMLElement {
  return el("span", { class: "badge masks__badge" });
}

export function showState(badge: HTMLElement, state: State, word: string): void {
  badge.className = `badge badge--${TONES[state]} masks__badge`;
  badge.dataset["state"] = state;
  setText(badge, word);
}

interface Row {
  readonly item: HTMLLIElement;
  readonly button: HTMLButtonElement;
  readonly name: HTMLElement;
  readonly span: HTMLElement;
  readonly badge: HTMLElement;
  readonly unsaved: HTMLElement;
  shown: Track | null;
}

export class TrackList {
  readonly element: HTMLElement;
  #rows = new Map<number, Row>();
  #list = el("ul", { class: "masks__rows" });
  #empty = el("p", { class: "quiet" });
  #filter: HTMLSelectElement;
  #order: readonly number[] = [];

  constructor(private readonly desk: Desk) {
    const { say } = desk;
    const word = (filter: Filter) =>
      filter === "all" || filter === "here" ? say(`list.${filter}`) : say(`state.${filter}`);
    this.#filter = el(
      "select",
      { "aria-label": say("list.filter") },
      ...FILTERS.map((filter) => el("option", { value: filter }, word(filter))),
    );
    this.#filter.addEventListener("change", () => desk.changed());
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.element = el(
      "section",
      { class: "masks__list", "aria-labelledby": "masks-list-title" },
      el(
        "div",
        { class: "masks__list-head" },
        el("h2", { id: "masks-list-title" }, say("list")),
        this.#filter,
      ),
      this.#empty,
      this.#list,
    );
  }

  update(): void {
    const { desk } = this;
    const tracks = desk.inOrder().filter((track) => this.#passes(track));
    const order = tracks.map((track) => track.number);
    const focused = this.#focused;
    for (const track of tracks) this.#show(track);
    if (order.length !== this.#order.length || order.some((number, at) => number !== this.#order[at])) {
      this.#order = order;
      this.#arrange(order.map((number) => (this.#rows.get(number) as Row).item));
      for (const number of this.#rows.keys()) if (!desk.store.tracks.has(number)) this.#rows.delete(number);
      if (focused !== null) this.#rows.get(focused)?.button.focus({ preventScroll: true });
    }
    this.#stops();
    this.#empty.hidden = order.length > 0;
    setText(this.#empty, desk.say(desk.store.tracks.size === 0 ? "list.none" : "list.empty"));
  }

  /** Puts rows in order and touches only those that move: to lay out all of them again takes longer than anything else here. */
  #arrange(items: readonly HTMLElement[]): void {
    let here = this.#list.firstElementChild;
    for (const item of items) {
      // What went further down leaves its place; it is put back where it comes.
      if (here && here !== item && here.nextElementSibling === item) {
        const gone = here;
        here = item;
        gone.remove();
      }
      if (here === item) here = item.nextElementSibling;
      else this.#list.insertBefore(item, here);
    }
    while (here) {
      const next: Element | null = here.nextElementSibling;
      here.remove();
      here = next;
    }
  }

  #passes(track: Track): boolean {
    const filter = this.#filter.value as Filter;
    const { now } = this.desk.film;
    if (filter === "here") return begins(track) <= now && now <= ends(track);
    return filter === "all" || track.state === filter;
  }

  get #focused(): number | null {
    for (const [number, row] of this.#rows) if (row.button === document.activeElement) return number;
    return null;
  }

  #show(track: Track): void {
    const { say, store, selected } = this.desk;
    let row = this.#rows.get(track.number);
    if (!row) {
      row = this.#make(track.number);
      this.#rows.set(track.number, row);
    }
    const chosen = track.number === selected;
    if ((row.button.getAttribute("aria-current") === "true") !== chosen) {
      row.button.setAttribute("aria-current", String(chosen));
      if (chosen) this.#reveal(row.item);
    }
    const pending = store.standing(track.number);
    const unsaved = pending !== null && pending.standing !== "waiting";
    if (row.unsaved.hidden === unsaved) row.unsaved.hidden = !unsaved;
    if (row.shown === track) return;
    row.shown = track;
    const number = track.number > 0 ? track.number : "+";
    setText(row.name, say("list.row", { number, kind: say(`kind.${track.kind}`) }));
    setText(row.span, `${told(begins(track))} – ${told(ends(track))}`);
    showState(row.badge, track.state, say(`state.${track.state}`));
  }

  /** Brings a row into sight within the list, and moves nothing of the page. */
  #reveal(item: HTMLElement): void {
    const [list, row] = [this.#list.getBoundingClientRect(), item.getBoundingClientRect()];
    if (row.top < list.top) this.#list.scrollTop -= list.top - row.top;
    if (row.bottom > list.bottom) this.#list.scrollTop += row.bottom - list.bottom;
  }

  #make(number: number): Row {
    const { desk } = this;
    const name = el("span", { class: "masks__row-name" });
    const span = el("span", { class: "masks__row-span quiet" });
    const badge = stateBadge();
    const unsaved = el("span", { class: "badge badge--danger", hidden: true }, desk.say("list.unsaved"));
    const button = el("button", { class: "masks__row", type: "button" }, name, badge, span, unsaved);
    button.addEventListener("click", () => desk.select(this.#numberOf(button) ?? number, true));
    return { item: el("li", {}, button), button, name, span, badge, unsaved, shown: null };
  }

  /** A new track gets another number when it is saved, and another row; the old one's press goes nowhere. */
  #numberOf(button: HTMLButtonElement): number | null {
    for (const [number, row] of this.#rows) if (row.button === button) return number;
    return null;
  }

  /** One tab stop: the chosen row, or the first. */
  #stops(): void {
    const { selected } = this.desk;
    const stop = selected !== null && this.#order.includes(selected) ? selected : this.#order[0];
    for (const number of this.#order) {
      const button = (this.#rows.get(number) as Row).button;
      const index = number === stop ? 0 : -1;
      if (button.tabIndex !== index) button.tabIndex = index;
    }
  }

  #key(event: KeyboardEvent): void {
    const at = this.#order.findIndex((number) => this.#rows.get(number)?.button === document.activeElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.#order.length - 1;
    const ways: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last };
    const to = ways[event.key];
    const number = to === undefined ? undefined : this.#order[Math.min(Math.max(to, 0), last)];
    if (number === undefined) return;
    event.preventDefault();
    this.desk.select(number, true);
    const row = this.#rows.get(number);
    row?.button.focus({ preventScroll: true });
    if (row) this.#reveal(row.item);
  }
}

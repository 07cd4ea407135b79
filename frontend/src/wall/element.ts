/**
 * `<custodes-wall source="ID" [layout="9"] [tools="ID"]>`: live tiles of sub-streams under one grant. `ID` is a `json_script` with
 * `[{"id", "name", "state", "href"}]`; `tools` is an element of the page that takes the wall's controls. Tiles out of sight take no stream; arrow keys choose, Enter opens the camera.
 */
import { el, setText } from "../dom/build";
import { icon } from "../dom/icons";
import { t } from "../i18n/translate";
import type { CustodesPlayer } from "../player/element";
import { makePlayer } from "../player/wish";
import { setTimeZone } from "../time/zone";
import { PageWatch } from "../view/page_watch";
import { ViewSession } from "../view/session";
import {
  acrossFor,
  group,
  LAYOUTS,
  layoutFor,
  neighbour,
  pagesOf,
  readCameras,
  type WallCamera,
} from "./layout";

const KEY = "custodes.wall.layout";

export class CustodesWall extends HTMLElement {
  #cameras: readonly WallCamera[] = [];
  #layout = 4;
  #page = 0;
  #session: ViewSession | null = null;
  #watch: PageWatch | null = null;
  #grid = el("div", { class: "wall__grid", role: "group" });
  #where = el("span", { class: "quiet" });
  #select = el("select", { "aria-label": t("wall.layout") });
  #pager = el("div", { class: "wall__pager" });
  #seen: IntersectionObserver | null = null;
  #room = new ResizeObserver(() => this.#arrange());

  connectedCallback(): void {
    setTimeZone(document.documentElement.dataset["timeZone"]);
    if (!this.classList.contains("wall")) this.#build();
    this.#cameras = this.#readSource();
    const given = Number(this.getAttribute("layout"));
    this.#layout = LAYOUTS.includes(given) ? given : (this.#stored() ?? layoutFor(this.#cameras.length));
    this.#select.hidden = LAYOUTS.includes(given);
    this.#seen = new IntersectionObserver((entries) => this.#sight(entries), { rootMargin: "40px" });
    if (this.#cameras.length === 0) {
      this.replaceChildren(
        el("div", { class: "empty" }, icon("cameraOff"), el("p", { class: "empty__title" }, t("wall.empty"))),
      );
      return;
    }
    this.#room.observe(document.documentElement);
    this.#room.observe(this);
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#room.disconnect();
    this.#seen?.disconnect();
    this.#watch?.end();
    this.#watch = null;
  }

  get players(): CustodesPlayer[] {
    return [...this.#grid.querySelectorAll<CustodesPlayer>("custodes-player")];
  }

  /** Shows `layout` tiles at once: 1, 4, 9 or 16. */
  set layout(layout: number) {
    if (!LAYOUTS.includes(layout)) return;
    this.#page = Math.floor((this.#page * this.#layout) / layout);
    this.#layout = layout;
    try {
      localStorage.setItem(KEY, String(layout));
    } catch {
      // Without storage the choice lasts for this page.
    }
    this.#show();
  }

  #stored(): number | null {
    try {
      const layout = Number(localStorage.getItem(KEY));
      return LAYOUTS.includes(layout) ? layout : null;
    } catch {
      return null;
    }
  }

  #readSource(): WallCamera[] {
    const text = document.getElementById(this.getAttribute("source") ?? "")?.textContent ?? "[]";
    try {
      return readCameras(JSON.parse(text));
    } catch {
      return [];
    }
  }

  #build(): void {
    this.classList.add("wall");
    this.#select.append(
      ...LAYOUTS.map((count) => el("option", { value: count }, t("wall.tiles", { count }))),
    );
    this.#select.addEventListener("change", () => (this.layout = Number(this.#select.value)));
    const turn = (by: number, name: "chevronLeft" | "chevronRight", label: string) => {
      const button = el(
        "button",
        { class: "icon-button", type: "button", "aria-label": label, title: label },
        icon(name),
      );
      button.addEventListener("click", () => this.#turn(by));
      return button;
    };
    this.#pager.append(
      turn(-1, "chevronLeft", t("wall.previous")),
      this.#where,
      turn(1, "chevronRight", t("wall.next")),
    );
    const keys = el("span", { class: "quiet wall__keys" }, t("wall.keys"));
    const tools = el("div", { class: "wall__tools" }, keys, this.#pager, this.#select);
    const place = document.getElementById(this.getAttribute("tools") ?? "") ?? this;
    place.append(tools);
    this.append(this.#grid);
    this.#grid.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("custodes-again", () => this.#begin());
  }

  /** A grant for all cameras of the wall, so that turning to another group asks nothing. */
  #begin(): void {
    this.#watch?.end();
    this.#session = new ViewSession({ cameras: this.#cameras.map((camera) => camera.id), live: true });
    this.#watch = new PageWatch(this.#session, () => this.#begin());
    this.#show();
  }

  #turn(by: number): void {
    const pages = pagesOf(this.#cameras.length, this.#layout);
    this.#page = (this.#page + by + pages) % pages;
    this.#show();
  }

  #show(): void {
    const pages = pagesOf(this.#cameras.length, this.#layout);
    this.#page = Math.min(this.#page, pages - 1);
    const cameras = group(this.#cameras, this.#layout, this.#page);
    this.#seen?.disconnect();
    this.#grid.setAttribute("aria-label", t("wall.label", { count: cameras.length }));
    this.#grid.replaceChildren(...cameras.map((camera, at) => this.#tile(camera, at)));
    this.#arrange();
    for (const tile of this.#grid.children) this.#seen?.observe(tile);
    this.#select.value = String(this.#layout);
    this.#pager.hidden = pages === 1;
    setText(this.#where, t("wall.page", { page: this.#page + 1, pages }));
  }

  /** As many tiles side by side as make them largest in what is left of the window below the grid's upper edge. */
  #arrange(): void {
    const count = this.#grid.childElementCount;
    const top = this.#grid.getBoundingClientRect().top + scrollY;
    const across = acrossFor(count, this.clientWidth, Math.max(innerHeight / 2, innerHeight - top));
    this.#grid.style.setProperty("--across", String(across));
    this.#grid.style.setProperty("--down", String(Math.ceil(count / across)));
  }

  #tile(camera: WallCamera, at: number): HTMLElement {
    const player = makePlayer(camera.id, camera.name, camera.state);
    const label = t("wall.open", { name: camera.name });
    const open = el("a", {
      class: "wall__open",
      href: camera.href || null,
      tabindex: at === 0 ? 0 : -1,
      "aria-label": label,
    });
    return el("div", { class: "wall__tile" }, player, open);
  }

  /** Tiles that come into sight take their stream, tiles that leave it give it up. */
  #sight(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const player = target.querySelector<CustodesPlayer>("custodes-player");
      if (!player) continue;
      if (!isIntersecting) player.share(null);
      else if (player.state.kind === "idle") player.share(this.#session);
    }
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const opens = [...this.#grid.querySelectorAll<HTMLElement>(".wall__open")];
    const at = opens.findIndex((open) => open === document.activeElement);
    if (at < 0) return;
    const across = Math.max(1, getComputedStyle(this.#grid).gridTemplateColumns.split(" ").length);
    const to = neighbour(event.key, at, opens.length, across);
    const next = opens[to];
    if (to === at || !next) return;
    event.preventDefault();
    opens.forEach((open) => (open.tabIndex = -1));
    next.tabIndex = 0;
    next.focus();
  }
}

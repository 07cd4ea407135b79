/**
 * `<custodes-masks data-film="URL" data-tracks="URL" data-save="URL" [data-language="zh|en"] [data-readonly]>`: the editor of masks for
 * public release. Asks for the tracks itself, shows the film with them, and sends each change as it is made (docs/design/mask.md, "The editor").
 */
import { el, setText } from "../dom/build";
import { icon } from "../dom/icons";
import { Controls } from "./controls";
import { Desk } from "./desk";
import { DrawBar } from "./drawbar";
import { Film } from "./film";
import { Head } from "./head";
import { keysHelp } from "./help";
import { LaneBar } from "./lanes";
import { TrackList } from "./list";
import { Colours } from "./palette";
import { Panel } from "./panel";
import { Picture } from "./picture";
import { Samples } from "./samples";
import { loadDocument, type Document } from "./server";
import { MaskStore } from "./store";
import { PictureTimes } from "./times";
import { sayIn, type Say } from "./words";

/** While the film plays, words and lists follow this often; the picture follows each frame. */
const WORDS_MS = 250;

interface Parts {
  readonly desk: Desk;
  readonly picture: Picture;
  readonly lanes: LaneBar;
  readonly words: readonly { update(): void }[];
}

/** What the last paints drew and how long they and the words took, milliseconds. */
export interface Measured {
  readonly picture: Picture["measured"];
  readonly lanes: LaneBar["measured"];
  readonly words: number;
}

export class CustodesMasks extends HTMLElement {
  #say: Say = sayIn(null);
  #parts: Parts | null = null;
  #colours = { over: new Colours(true), page: new Colours(false) };
  #notice = el("p", { class: "masks__notice", role: "status" });
  #asked = 0;
  #drawn = 0;
  #words = 0;
  #leave = (event: BeforeUnloadEvent) => this.#warn(event);
  #scheme = matchMedia("(prefers-color-scheme: dark)");
  #recolour = () => {
    for (const colours of Object.values(this.#colours)) colours.forget();
    this.#parts?.desk.changed();
  };
  #theme = new MutationObserver(this.#recolour);

  connectedCallback(): void {
    this.#say = sayIn(this.dataset["language"]);
    this.classList.add("masks");
    addEventListener("beforeunload", this.#leave);
    this.#scheme.addEventListener("change", this.#recolour);
    this.#theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    void this.#load();
  }

  disconnectedCallback(): void {
    removeEventListener("beforeunload", this.#leave);
    this.#scheme.removeEventListener("change", this.#recolour);
    this.#theme.disconnect();
    this.#parts?.picture.end();
    this.#parts?.lanes.end();
    this.#parts?.desk.settle();
    this.#parts = null;
  }

  /** For tests, and for those who measure. */
  get desk(): Desk | null {
    return this.#parts?.desk ?? null;
  }

  get measured(): Measured | null {
    const parts = this.#parts;
    return parts && { picture: parts.picture.measured, lanes: parts.lanes.measured, words: this.#words };
  }

  async #load(): Promise<void> {
    this.replaceChildren(el("p", { class: "loading", role: "status" }, icon("loader"), this.#say("loading")));
    try {
      const loaded = await loadDocument(this.dataset["tracks"] ?? "");
      if (this.isConnected) this.#build(loaded);
    } catch {
      this.#failed();
    }
  }

  #failed(): void {
    const again = el("button", { class: "button button--primary", type: "button" }, this.#say("load.again"));
    again.addEventListener("click", () => void this.#load());
    this.replaceChildren(
      el(
        "div",
        { class: "notice notice--danger", role: "alert" },
        icon("warning"),
        el("div", { class: "notice__in" }, el("p", {}, this.#say("load.failed")), el("div", {}, again)),
      ),
    );
  }

  #build(loaded: Document): void {
    const times = new PictureTimes(loaded.times);
    const video = el("video", {
      class: "masks__video",
      preload: "auto",
      playsinline: true,
      tabindex: -1,
      "aria-hidden": "true",
    });
    video.muted = true;
    const film = new Film(video, times);
    video.addEventListener("error", () => this.#tell(this.#say("film.failed")));
    const { tracks = "", save = "" } = this.dataset;
    const store = new MaskStore(loaded, { tracks, save });
    const fixed = this.dataset["readonly"] !== undefined;
    const desk = new Desk(store, film, this.#say, fixed, (text) => this.#tell(text));
    const picture = new Picture(desk, this.#colours.over);
    const lanes = new LaneBar(desk, this.#colours.page);
    const panel = new Panel(desk);
    const samples = new Samples(desk);
    const head = new Head(desk, {
      answer: () => panel.decision.focusQuestion(),
      decide: () => panel.decision.focusDecision(),
      tell: () => samples.focus(),
      settle: (number) => {
        desk.select(number, true);
        panel.focusTrouble();
      },
    });
    const controls = new Controls(desk, picture);
    const draw = new DrawBar(desk, picture);
    const list = new TrackList(desk);
    this.#parts = { desk, picture, lanes, words: [head, controls, draw, panel, list, samples] };
    this.replaceChildren(
      this.#colours.over.element,
      this.#colours.page.element,
      head.element,
      this.#notice,
      el(
        "div",
        { class: "masks__room" },
        el(
          "div",
          { class: "masks__film" },
          picture.element,
          controls.element,
          lanes.element,
          el("p", { class: "field__hint" }, this.#say("lanes.hint")),
          draw.element,
          keysHelp(this.#say),
          list.element,
        ),
        el("div", { class: "masks__side" }, panel.element, samples.element),
      ),
    );
    film.addEventListener("picture", () => this.#shown());
    film.addEventListener("state", () => this.#later());
    desk.addEventListener("change", () => this.#later());
    video.src = this.dataset["film"] ?? "";
    this.#update();
  }

  /** Another picture is on the screen: its masks at once, words when there is time. */
  #shown(): void {
    const parts = this.#parts;
    if (!parts) return;
    parts.picture.paint();
    parts.lanes.move();
    if (!parts.desk.film.playing || performance.now() - this.#drawn > WORDS_MS) this.#later();
  }

  /** All of it, before the next paint, however often it was asked. */
  #later(): void {
    if (this.#asked) return;
    this.#asked = requestAnimationFrame(() => {
      this.#asked = 0;
      this.#update();
    });
  }

  #update(): void {
    const parts = this.#parts;
    if (!parts) return;
    this.#drawn = performance.now();
    for (const part of parts.words) part.update();
    this.#words = performance.now() - this.#drawn;
    parts.picture.paint();
    parts.lanes.update();
    this.dataset["picture"] = String(parts.desk.film.index);
    this.dataset["state"] = parts.desk.store.unsaved ? "unsaved" : "saved";
  }

  #tell(text: string): void {
    setText(this.#notice, text);
  }

  #warn(event: BeforeUnloadEvent): void {
    this.#parts?.desk.settle();
    if (this.#parts?.desk.store.unsaved) event.preventDefault();
  }
}

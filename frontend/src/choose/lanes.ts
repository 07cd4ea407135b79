/** Recorded hours of the chosen cameras, a lane for each, and the span that is chosen on them with the pointer or by keys. */
import { el, setText } from "../dom/build";
import { icon, type IconName } from "../dom/icons";
import { pageLanguage } from "../i18n/translate";
import { t, type Key } from "./words";
import { ticks, usAt, type View } from "../timeline/scale";
import { HOUR_US } from "../time/zone";
import { clock, date, moment, toIso } from "../time/words";
import { askLanes, Said, type Lane, type LanesAnswer } from "./answer";
import { endsBefore } from "./ending";
import type { Fields } from "./fields";
import {
  amountsWithin,
  firstView,
  fit,
  keyed,
  lengthParts,
  snap,
  stepOf,
  withEnd,
  zoom,
  type Span,
} from "./span";

const REST = 250;
/** As many lanes as the server tells at once. */
const MOST = 60;
const STILL = 4;

export class Lanes {
  readonly #root: HTMLElement;
  readonly #fields: Fields;
  readonly #href: string;
  readonly #subject: string;
  readonly #holdHref: string;
  readonly #status = el("p", { class: "quiet", role: "status" });
  readonly #rows = el("div", { class: "lanes__rows" });
  readonly #area = el("div", { class: "lanes__area" });
  readonly #band = el("div", { class: "lanes__band", hidden: true });
  readonly #ruler = el("div", { class: "lanes__ruler", "aria-hidden": "true" });
  readonly #handles: readonly [HTMLElement, HTMLElement];
  readonly #ends = el("div", { class: "lanes__ends" });
  #view: View;
  #answer: LanesAnswer | null = null;
  #asked = 0;
  #rest = 0;
  #said = "";

  constructor(root: HTMLElement, fields: Fields, href: string, subject: string, holdHref: string) {
    this.#root = root;
    this.#fields = fields;
    this.#href = href;
    this.#subject = subject;
    this.#holdHref = holdHref;
    this.#view = firstView(fields.span, Date.now() * 1000);
    this.#handles = [this.#handle(0), this.#handle(1)];
  }

  begin(): void {
    this.#build();
    this.#root.hidden = false;
    new ResizeObserver(() => this.#draw()).observe(this.#area);
    this.camerasChanged();
  }

  camerasChanged(): void {
    this.#askSoon();
  }

  /** The typed ends changed: by hand, or by this timeline itself. */
  endsChanged(): void {
    const span = this.#fields.span;
    if (span && (span[1] <= this.#view.from || span[0] >= this.#view.to))
      this.#look(firstView(span, Date.now() * 1000));
    else this.#drawSpan();
    this.#tellEnds();
  }

  #build(): void {
    const tool = (name: IconName, key: Key, act: () => void) => {
      const made = el(
        "button",
        { type: "button", class: "button button--quiet", title: t(key), "aria-label": t(key) },
        icon(name),
      );
      made.addEventListener("click", act);
      return made;
    };
    const days = (key: Key, length: number) => {
      const made = el("button", { type: "button", class: "button button--quiet" }, el("span", {}, t(key)));
      made.addEventListener("click", () => {
        const span = this.#fields.span;
        const middle = span ? (span[0] + span[1]) / 2 : (this.#view.from + this.#view.to) / 2;
        this.#look(fit({ from: middle - length / 2, to: middle + length / 2 }));
      });
      return made;
    };
    const length = () => this.#view.to - this.#view.from;
    const pan = (by: number) =>
      this.#look(fit({ from: this.#view.from + by * length(), to: this.#view.to + by * length() }));
    this.#area.append(this.#ruler, this.#rows, this.#band, ...this.#handles);
    this.#wirePointer();
    this.#root.append(
      el("h3", {}, t("lanes.title")),
      el("p", { class: "quiet" }, t("lanes.hint")),
      el(
        "div",
        { class: "lanes__tools", role: "group", "aria-label": t("lanes.tools") },
        tool("chevronLeft", "lanes.earlier", () => pan(-0.5)),
        tool("chevronRight", "lanes.later", () => pan(0.5)),
        tool("zoomIn", "lanes.nearer", () => this.#look(zoom(this.#view, 0.5, this.#fields.span))),
        tool("zoomOut", "lanes.further", () => this.#look(zoom(this.#view, 2, this.#fields.span))),
        days("lanes.day", 24 * HOUR_US),
        days("lanes.week", 7 * 24 * HOUR_US),
        days("lanes.month", 30 * 24 * HOUR_US),
      ),
      this.#status,
      this.#ends,
      this.#area,
      legend(),
    );
  }

  #look(view: View): void {
    this.#view = view;
    this.#draw();
    this.#askSoon();
  }

  #askSoon(): void {
    window.clearTimeout(this.#rest);
    this.#rest = window.setTimeout(() => void this.#ask(), REST);
  }

  async #ask(): Promise<void> {
    const turn = ++this.#asked;
    const cameras = this.#fields.picked;
    if (!cameras.length || cameras.length > MOST) {
      this.#answer = null;
      this.#said = t(cameras.length ? "lanes.tooMany" : "lanes.none", { most: MOST });
      this.#draw();
      return;
    }
    try {
      const answer = await askLanes(this.#href, this.#subject, cameras, this.#view.from, this.#view.to);
      if (turn !== this.#asked) return;
      this.#answer = answer;
      this.#said = "";
    } catch (error) {
      if (turn !== this.#asked) return;
      this.#answer = null;
      this.#said = error instanceof Said ? error.message : t("lanes.failed");
    }
    this.#draw();
  }

  #draw(): void {
    const width = this.#area.clientWidth;
    const { from, to } = this.#view;
    const language = pageLanguage();
    setText(
      this.#status,
      this.#said || t("lanes.shown", { from: moment(from, language), to: moment(to, language) }),
    );
    this.#area.hidden = !this.#answer;
    const said = this.#root.querySelector<HTMLElement>("[data-legend]");
    if (said) said.hidden = !this.#answer;
    this.#ruler.replaceChildren(
      ...ticks(this.#view, width).map((tick) => {
        const mark = el(
          "span",
          { class: tick.day ? "lanes__tick lanes__tick--day" : "lanes__tick" },
          tick.label,
        );
        mark.style.insetInlineStart = this.#share(tick.us);
        return mark;
      }),
    );
    const seen = this.#answer?.lanes ?? [];
    this.#rows.replaceChildren(...seen.map((lane) => this.#lane(lane)));
    this.#drawSpan();
    this.#tellEnds();
  }

  #lane(lane: Lane): HTMLElement {
    const track = el("div", { class: "lanes__track", "aria-hidden": "true" });
    for (const [from, to, kind, reason] of lane.runs) {
      const part = el("span", {
        class: `lanes__run lanes__run--${kind}`,
        title: this.#runWords(kind, reason),
      });
      this.#place(part, from, to);
      track.append(part);
    }
    for (const [from, to] of lane.holds) {
      const part = el("span", { class: "lanes__hold", title: t("lanes.held") });
      this.#place(part, from, to);
      track.append(part);
    }
    if (lane.oldest !== null && lane.oldest > this.#view.from && lane.oldest < this.#view.to) {
      const mark = el("span", { class: "lanes__oldest", title: t("lanes.oldest") });
      mark.style.insetInlineStart = this.#share(lane.oldest);
      track.append(mark);
    }
    return el(
      "div",
      { class: "lanes__lane" },
      el("p", { class: "lanes__name" }, `${lane.number} ${lane.name}`),
      track,
      el("p", { class: "lanes__said", "data-said": lane.id }, this.#words(lane)),
    );
  }

  /** The lane in words, over the span that is chosen or the view: who does not see the lane reads the same. */
  #words(lane: Lane): string {
    const chosen = this.#fields.span;
    const within: Span = chosen ?? [this.#view.from, this.#view.to];
    const parts = amountsWithin(lane.runs, within).map(({ kind, reason, us, of, atMost }) => {
      const what = this.#runWords(kind, reason);
      const length = lengthWords(us);
      if (kind !== "part") return t("lanes.amount", { what, length });
      return t(atMost ? "lanes.amountAtMost" : "lanes.amountOf", { what, length, of: lengthWords(of) });
    });
    const said = parts.length ? parts.join(t("lanes.comma")) : t("lanes.outside");
    const oldest = lane.oldest === null ? "" : t("lanes.since", { at: moment(lane.oldest, pageLanguage()) });
    return `${t(chosen ? "lanes.inSpan" : "lanes.inView")}${said}${t("lanes.stop")}${oldest}`;
  }

  #runWords(kind: string, reason: string): string {
    const words = t(`lanes.kind.${kind}` as Key);
    const why = reason && (this.#answer?.reasons[reason] ?? reason);
    return why ? t("lanes.because", { what: words, why }) : words;
  }

  /** What goes before it is decided. */
  #tellEnds(): void {
    const span = this.#fields.span;
    const answer = this.#answer;
    for (const lane of answer?.lanes ?? []) {
      const said = this.#rows.querySelector(`[data-said="${CSS.escape(lane.id)}"]`);
      if (said) setText(said, this.#words(lane));
    }
    const ending =
      !span || !answer
        ? []
        : answer.lanes.flatMap((lane) => {
            const goes = endsBefore(span, lane.days, answer.decided, lane.holds);
            return goes === null ? [] : [{ lane, goes }];
          });
    if (!span || !answer || !ending.length) {
      this.#ends.replaceChildren();
      return;
    }
    const language = pageLanguage();
    const query = new URLSearchParams(ending.map(({ lane }) => ["camera", lane.id]));
    query.set("from", toIso(span[0]));
    query.set("to", toIso(span[1]));
    this.#ends.replaceChildren(
      el(
        "div",
        { class: "notice notice--attention" },
        icon("warning"),
        el(
          "div",
          {},
          el("p", {}, el("strong", {}, t("lanes.ends.title", { by: date(answer.decided, language) }))),
          el(
            "ul",
            { class: "plain-list" },
            ...ending.map(({ lane, goes }) =>
              el(
                "li",
                {},
                t(goes <= answer.now ? "lanes.ends.gone" : "lanes.ends.goes", {
                  name: `${lane.number} ${lane.name}`,
                  day: date(goes, language),
                }),
              ),
            ),
          ),
          this.#holdHref
            ? el("p", {}, el("a", { href: `${this.#holdHref}?${query}` }, t("lanes.ends.hold")))
            : el("p", {}, t("lanes.ends.ask")),
        ),
      ),
    );
  }

  #drawSpan(): void {
    const span = this.#fields.span;
    this.#band.hidden = !span;
    for (const handle of this.#handles) handle.hidden = !span;
    if (!span) return;
    this.#place(this.#band, span[0], span[1]);
    const language = pageLanguage();
    for (const [at, handle] of this.#handles.entries()) {
      const us = span[at as 0 | 1];
      handle.style.insetInlineStart = this.#share(Math.min(this.#view.to, Math.max(this.#view.from, us)));
      handle.setAttribute("aria-valuenow", String(Math.round(us / 1e6)));
      handle.setAttribute("aria-valuemin", String(Math.round(this.#view.from / 1e6)));
      handle.setAttribute("aria-valuemax", String(Math.round(this.#view.to / 1e6)));
      handle.setAttribute("aria-valuetext", moment(us, language));
      handle.dataset["clock"] = clock(us);
    }
  }

  #share(us: number): string {
    return `${((us - this.#view.from) / (this.#view.to - this.#view.from)) * 100}%`;
  }

  #place(part: HTMLElement, from: number, to: number): void {
    const left = Math.max(from, this.#view.from);
    const right = Math.min(to, this.#view.to);
    part.hidden = right <= left;
    part.style.insetInlineStart = this.#share(left);
    part.style.inlineSize = `${(Math.max(0, right - left) / (this.#view.to - this.#view.from)) * 100}%`;
  }

  #handle(end: 0 | 1): HTMLElement {
    const handle = el("button", {
      type: "button",
      class: `lanes__handle lanes__handle--${end ? "end" : "begin"}`,
      role: "slider",
      "aria-orientation": "horizontal",
      "aria-label": t(end ? "lanes.end" : "lanes.begin"),
      hidden: true,
    });
    handle.addEventListener("keydown", (event) => {
      const span = this.#fields.span;
      const us = span && keyed(event.key, event.shiftKey, span[end], this.#view);
      if (!span || us === null) return;
      event.preventDefault();
      this.#fields.span = withEnd(span, end, us);
    });
    return handle;
  }

  #wirePointer(): void {
    let drag: { end: 0 | 1; fixed: number; x: number; moved: boolean } | null = null;
    const at = (event: PointerEvent) => {
      const box = this.#area.getBoundingClientRect();
      const x = Math.min(box.width, Math.max(0, event.clientX - box.left));
      return snap(usAt(this.#view, box.width, x), stepOf(this.#view, box.width));
    };
    this.#area.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const span = this.#fields.span;
      const grabbed = this.#handles.findIndex((handle) => handle === event.target);
      this.#area.setPointerCapture(event.pointerId);
      drag =
        span && grabbed >= 0
          ? { end: grabbed as 0 | 1, fixed: span[grabbed ? 0 : 1], x: event.clientX, moved: true }
          : { end: 1, fixed: at(event), x: event.clientX, moved: false };
    });
    this.#area.addEventListener("pointermove", (event) => {
      if (!drag) return;
      drag.moved ||= Math.abs(event.clientX - drag.x) > STILL;
      const us = at(event);
      if (drag.moved && us !== drag.fixed)
        this.#fields.span = us < drag.fixed ? [us, drag.fixed] : [drag.fixed, us];
    });
    const done = () => (drag = null);
    this.#area.addEventListener("pointerup", done);
    this.#area.addEventListener("pointercancel", done);
  }
}

function lengthWords(us: number): string {
  const { hours, minutes, seconds } = lengthParts(us);
  const parts = [
    hours ? t("lanes.length.hours", { count: hours }) : "",
    minutes ? t("lanes.length.minutes", { count: minutes }) : "",
    hours || minutes ? "" : t("lanes.length.seconds", { count: seconds }),
  ];
  return parts.filter(Boolean).join(" ");
}

function legend(): HTMLElement {
  const kinds = ["whole", "running", "part", "gap", "quiet", "unknown", "before", "gone"] as const;
  return el(
    "ul",
    { class: "lanes__legend", "data-legend": true, hidden: true },
    ...kinds.map((kind) =>
      el("li", {}, el("span", { class: `lanes__run lanes__run--${kind}` }), t(`lanes.kind.${kind}`)),
    ),
    el("li", {}, el("span", { class: "lanes__hold" }), t("lanes.held")),
    el("li", {}, el("span", { class: "lanes__oldest" }), t("lanes.oldest")),
  );
}

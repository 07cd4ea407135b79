/** What the canvas shows, as lists that can be read and operated: gaps with their reasons, holds, marks, the selection. */
import { el } from "../dom/build";
import { icon } from "../dom/icons";
import { gapReason, pageLanguage, t } from "../i18n/translate";
import { clock, moment } from "../time/words";
import { localTime } from "../time/zone";

const MOST_GAPS = 100;

/** `2024-06-03（周一）08:00:00 – 08:01:30`: both ends, the date once when it is the same. */
export function spanText(from: number, to: number): string {
  const [a, b] = [localTime(from), localTime(to)];
  const sameDay = a.year === b.year && a.month === b.month && a.day === b.day;
  const language = pageLanguage();
  return `${moment(from, language)} – ${sameDay ? clock(to) : moment(to, language)}`;
}

export interface Listed {
  readonly gaps: readonly (readonly [number, number, string])[];
  readonly filled: readonly (readonly [number, number])[];
  readonly held: readonly (readonly [number, number])[];
  readonly marks: readonly number[];
  readonly selection: readonly [number, number] | null;
}

export class TimelineLists {
  readonly element = el("div", { class: "timeline__lists" });
  readonly #gaps = el("ul", { class: "timeline__gaps" });
  readonly #summary = el("summary", {});
  readonly #rest = el("div", { class: "timeline__rest" });
  readonly #go: (us: number) => void;
  readonly #clear: () => void;
  #drawn = "";

  constructor(go: (us: number) => void, clear: () => void) {
    this.#go = go;
    this.#clear = clear;
    this.element.append(el("details", {}, this.#summary, this.#gaps), this.#rest);
  }

  show(listed: Listed): void {
    const key = JSON.stringify(listed);
    if (key === this.#drawn) return;
    this.#drawn = key;
    const count = listed.gaps.length;
    this.#summary.textContent = count === 0 ? t("timeline.noGaps") : t("timeline.gaps", { count });
    this.#gaps.replaceChildren(
      ...listed.gaps.slice(0, MOST_GAPS).map(([from, to, reason]) => {
        const button = el("button", { class: "timeline__gap", type: "button" }, spanText(from, to));
        button.addEventListener("click", () => this.#go(from - 3e6));
        const filled = listed.filled
          .filter(([begin, end]) => end > from && begin < to)
          .map(([begin, end]) =>
            el(
              "span",
              {},
              t("timeline.filledPart", { span: spanText(Math.max(begin, from), Math.min(end, to)) }),
            ),
          );
        return el("li", {}, button, el("span", { class: "quiet" }, gapReason(reason)), ...filled);
      }),
    );
    const parts: HTMLElement[] = [];
    if (listed.selection) parts.push(this.#selection(listed.selection));
    for (const [from, to] of listed.held)
      parts.push(
        el(
          "span",
          { class: "chip" },
          icon("lock"),
          el("span", {}, `${t("timeline.held")} ${spanText(from, to)}`),
        ),
      );
    for (const mark of listed.marks) {
      const time = moment(mark, pageLanguage());
      const button = el(
        "button",
        { class: "chip", type: "button" },
        icon("flag"),
        el("span", {}, t("timeline.mark", { time })),
      );
      button.addEventListener("click", () => this.#go(mark));
      parts.push(button);
    }
    this.#rest.replaceChildren(...parts);
  }

  #selection([from, to]: readonly [number, number]): HTMLElement {
    const language = pageLanguage();
    const text = t("timeline.selection", { from: moment(from, language), to: moment(to, language) });
    const clear = el(
      "button",
      { class: "icon-button", type: "button", "aria-label": t("timeline.clear") },
      icon("close"),
    );
    clear.addEventListener("click", () => this.#clear());
    return el("span", { class: "timeline__selection" }, text, clear);
  }
}

/** The list beside the map and the panel of one row: all that the map says, for who does not see it. */
import { el, setText } from "../dom/build";
import { isCamera, type Answer, type CameraRow, type GapRow } from "./answer";
import { markOf, shapeOf } from "./marks";
import { t } from "./words";

export type AnyRow = CameraRow | GapRow;

/** The row's mark by name (`marks.ts`). */
export function markOfRow(row: AnyRow): string {
  return isCamera(row) ? markOf(shapeOf(row), row.filing) : "gap";
}

/** What is in this view, in one sentence. */
export function summary(answer: Answer): string {
  if (!answer.total && !answer.gapTotal) return t("map.nothing");
  const said = t("map.inView", { cameras: answer.total, gaps: answer.gapTotal });
  return answer.divisions.length || answer.gapCells.length ? `${said}${t("map.many")}` : said;
}

/** Fills the list: rows one by one, or divisions with their numbers where the rows are too many. */
export function fillList(
  list: HTMLElement,
  answer: Answer,
  choose: (row: AnyRow, from: HTMLElement) => void,
  divisionHref: (id: number) => string,
): void {
  const rows: AnyRow[] = [...answer.cameras, ...answer.gaps];
  list.replaceChildren(
    ...answer.divisions.map(({ id, name, count, late }) =>
      el(
        "li",
        {},
        el("a", { href: divisionHref(id) }, name),
        el("span", { class: "quiet" }, ` ${t(late ? "map.countLate" : "map.count", { count, late })}`),
      ),
    ),
    ...rows.map((row) => {
      const button = el(
        "button",
        { type: "button", class: "regmap__row" },
        el("span", { "data-mark": markOfRow(row) }),
        el("span", {}, el("b", {}, row.name), el("span", { class: "quiet" }, ` ${wordsOf(row)}`)),
      );
      button.addEventListener("click", () => choose(row, button));
      return el("li", {}, button);
    }),
  );
}

/** State and filing in words: nothing is said by colour alone. */
export function wordsOf(row: AnyRow): string {
  const words = isCamera(row) ? [row.stateWord] : [t("map.gap"), row.stateWord];
  if (isCamera(row) && row.moves) words.push(t("map.moves"), row.moves.age);
  if (isCamera(row) && row.filing) words.push(t(row.filing === "late" ? "map.late" : "map.due"));
  return words.join(" · ");
}

/** Fills the panel with one row, or with several that lie on one spot. */
export function fillPanel(panel: HTMLElement, rows: readonly AnyRow[]): void {
  const heading = panel.querySelector("h2");
  const body = panel.querySelector<HTMLElement>("[data-map-facts]");
  if (!heading || !body) return;
  setText(heading, rows.length === 1 ? (rows[0]?.name ?? "") : t("map.onOneSpot", { count: rows.length }));
  body.replaceChildren(...rows.map((row) => factsOf(row, rows.length > 1)));
}

function factsOf(row: AnyRow, named: boolean): HTMLElement {
  const facts: [string, string][] = [[t("map.state"), wordsOf(row)]];
  if (isCamera(row) && row.moves) facts.push([t("map.carrier"), row.moves.kind]);
  if (isCamera(row)) facts.push([t("map.number"), row.number], [t("map.life"), row.life]);
  facts.push([t("map.category"), row.category], [t("map.division"), row.division], [t("map.unit"), row.unit]);
  return el(
    "div",
    { class: "regmap__facts" },
    named && el("h3", {}, row.name),
    el("dl", {}, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el(
      "p",
      {},
      el("a", { href: row.href }, t(isCamera(row) ? "map.openCamera" : "map.openSite")),
      isCamera(row) && " · ",
      isCamera(row) && el("a", { href: row.systemHref }, row.system),
    ),
  );
}

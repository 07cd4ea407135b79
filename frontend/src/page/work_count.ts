/** The number beside the work list in the navigation, asked for once the page is there, so that no page waits for it. */
import { setText } from "../dom/build";
import { askWork, type WorkCount } from "../net/work";

const MOST = 999;

/** As it fits beside a word: nothing for nothing, and no more than three digits. */
export function shownCount(count: number): string {
  if (count <= 0) return "";
  return count > MOST ? `${MOST}+` : String(count);
}

/** Writes the number at each place of the navigation; whoever hears the page hears the words. */
export function showWork(places: Iterable<HTMLElement>, work: WorkCount): void {
  for (const place of places) {
    setText(place, shownCount(work.count));
    place.dataset["look"] = work.late > 0 ? "late" : "due";
    const link = place.closest("a");
    const name = link?.querySelector("span")?.textContent ?? "";
    if (!link || !work.count) continue;
    link.title = work.words;
    link.setAttribute("aria-label", `${name} (${work.words})`);
  }
}

/** Asks and shows; where there is no answer the navigation stays as it is. */
export async function wireWorkCount(root: ParentNode = document): Promise<void> {
  const places = [...root.querySelectorAll<HTMLElement>("[data-counts]")];
  const path = places[0]?.dataset["counts"];
  const work = path ? await askWork(path) : null;
  if (work) showWork(places, work);
}

/** The choice on its page: wires the fields of the form to the timeline, and to the map when somebody opens it. */
import { setText } from "../dom/build";
import { t } from "./words";
import { Fields } from "./fields";
import { Lanes } from "./lanes";

export function wireChoosing(): void {
  const root = document.querySelector<HTMLElement>("[data-choose]");
  const form = root?.closest("form");
  if (!root || !form) return;
  const said = (name: string) => root.dataset[name] ?? "";
  const fields = new Fields(form, said("field"), said("from"), said("to"));
  const most = Number(said("most")) || Infinity;
  const place = form.querySelector<HTMLElement>("[data-choose-lanes]");
  const lanes = place && new Lanes(place, fields, said("lanesHref"), said("subject"), said("holdHref"));
  root.hidden = false;

  const count = root.querySelector("[data-choose-count]");
  const told = () => {
    const chosen = fields.picked.length;
    if (count) setText(count, t(chosen > most ? "choose.tooMany" : "choose.count", { count: chosen, most }));
    root.toggleAttribute("data-too-many", chosen > most);
  };
  const watchers: (() => void)[] = [told];
  fields.watch(
    () => {
      for (const each of watchers) each();
      lanes?.camerasChanged();
    },
    () => lanes?.endsChanged(),
  );
  told();
  lanes?.begin();
  wireMap(root, fields, most, watchers);
}

function wireMap(root: HTMLElement, fields: Fields, most: number, watchers: (() => void)[]): void {
  const open = root.querySelector<HTMLButtonElement>("[data-choose-open]");
  const place = root.querySelector<HTMLElement>("[data-choose-map]");
  if (!open || !place) return;
  let begun = false;
  open.addEventListener("click", async () => {
    const shown = place.hidden;
    place.hidden = !shown;
    open.setAttribute("aria-expanded", String(shown));
    if (begun || !shown) return;
    begun = true;
    try {
      const { ChoosingMap } = await import("./panel");
      const map = new ChoosingMap(place, fields, {
        href: root.dataset["windowHref"] ?? "",
        subject: root.dataset["subject"] ?? "",
        most,
      });
      watchers.push(() => map.picksChanged());
      await map.begin();
    } catch (error) {
      console.warn("choose", error);
      place.textContent = t("map.failed");
    }
  });
}

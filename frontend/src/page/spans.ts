/** Quick spans of the span part: last hour, last night (20:00 to 06:00), this day. */
import { localInput, quickSpan, type QuickSpan } from "../time/spans";

export function wireSpans(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-span]")) {
    const from = box.querySelector<HTMLInputElement>("[data-span-from]");
    const to = box.querySelector<HTMLInputElement>("[data-span-to]");
    const quick = box.querySelector<HTMLElement>("[data-span-quick]");
    if (!from || !to || !quick) continue;
    quick.hidden = false;
    quick.addEventListener("click", (event) => {
      const button =
        event.target instanceof Element ? event.target.closest<HTMLElement>("[data-span-set]") : null;
      if (!button) return;
      const [start, end] = quickSpan(button.dataset["spanSet"] as QuickSpan, Date.now() * 1000);
      from.value = localInput(start);
      to.value = localInput(end);
      from.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
}

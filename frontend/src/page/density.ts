const KEY = "custodes.density";
const ENOUGH_ROWS = 8;

/** The dense-rows button of tables; one choice for all tables, kept in this browser. */
export function wireDensity(): void {
  const boxes = document.querySelectorAll<HTMLElement>("[data-table]");
  if (boxes.length === 0) return;
  let dense = false;
  try {
    dense = localStorage.getItem(KEY) === "dense";
  } catch {
    // No storage: rows start as they are.
  }
  const show = () => {
    for (const box of boxes) {
      box.dataset["density"] = dense ? "dense" : "normal";
      box.querySelector("[data-density-button]")?.setAttribute("aria-pressed", String(dense));
    }
  };
  for (const tools of document.querySelectorAll<HTMLElement>("[data-table-tools]")) {
    // A few rows need no choice.
    const rows = tools.closest("[data-table]")?.querySelectorAll("tbody tr").length ?? 0;
    if (rows < ENOUGH_ROWS) continue;
    tools.hidden = false;
    tools.querySelector("[data-density-button]")?.addEventListener("click", () => {
      dense = !dense;
      try {
        localStorage.setItem(KEY, dense ? "dense" : "normal");
      } catch {
        // As above.
      }
      show();
    });
  }
  show();
}

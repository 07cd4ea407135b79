/** Keyboard rows: with the focus on a row's link, arrow keys go to the row above or below, Home and End to the ends. */
export function wireRowKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (!(event.target instanceof HTMLElement) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.matches("input, select, textarea, [contenteditable]")) return;
    const row = event.target.closest("tbody tr");
    const body = row?.parentElement;
    if (!row || !body?.closest("[data-table]")) return;
    const rows = [...body.querySelectorAll<HTMLTableRowElement>(":scope > tr")].filter((each) =>
      firstLink(each),
    );
    const here = rows.indexOf(row as HTMLTableRowElement);
    const wanted = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
    const next = wanted === undefined ? undefined : rows[wanted];
    if (!next) return;
    event.preventDefault();
    firstLink(next)?.focus();
  });
}

function firstLink(row: Element): HTMLElement | null {
  return row.querySelector<HTMLElement>("a[href], button");
}

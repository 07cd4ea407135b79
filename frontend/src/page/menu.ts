/** A menu is a <details>; Escape closes it and gives the focus back, a press elsewhere closes it too. */
export function wireMenu(): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("[data-menu]")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (menu.open && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    });
  }
}

/** The narrow menu is a <details>; Escape closes it and gives the focus back. */
export function wireMenu(): void {
  const menu = document.querySelector<HTMLDetailsElement>("[data-menu]");
  menu?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}

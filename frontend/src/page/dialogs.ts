/** Buttons with `data-opens="ID"` open that dialog as a modal; buttons with `data-closes` inside it close it. */
export function wireDialogs(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest<HTMLElement>("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset["opens"] ?? "");
      if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    }
    const closer = event.target.closest<HTMLElement>("[data-closes]");
    if (closer) closer.closest("dialog")?.close();
  });
}

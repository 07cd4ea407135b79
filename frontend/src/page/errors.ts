/** After a form came back with errors the summary has the focus, so that it is read first. */
export function focusFirstError(): void {
  const summary = document.querySelector<HTMLElement>("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  // An address that still names a part of the page, after the skip link say, draws the focus there once all of it has come.
  if (location.hash)
    addEventListener("load", () => requestAnimationFrame(() => summary.focus()), { once: true });
}

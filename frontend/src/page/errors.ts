/** After a form came back with errors the summary has the focus, so that it is read first. */
export function focusFirstError(): void {
  document.querySelector<HTMLElement>("[data-error-summary]")?.focus();
}

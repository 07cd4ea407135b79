/** Parts that renew themselves (`hx-get`): few pages have any, and htmx is the heaviest of what a page loads. */
const RENEWED = "[hx-get], [hx-post]";

export async function wireLiveParts(): Promise<void> {
  if (!document.querySelector(RENEWED)) return;
  const { wirePage } = await import("./htmx");
  wirePage();
}

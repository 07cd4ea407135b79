/**
 * The file part: a file may be dropped on it, and name, size and SHA-256 of what was chosen are said before it is sent, so
 * that they can be held against what the receipt says. Without script the input alone does the work.
 */
export function wirePaperDrops(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-paper-drop]")) wire(box);
}

function wire(box: HTMLElement): void {
  const input = box.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) return;
  const hint = box.querySelector<HTMLElement>("[data-paper-drag]");
  if (hint) hint.hidden = false;
  input.addEventListener("change", () => void tell(box, input.files?.[0]));
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.dataset["over"] = "";
  });
  box.addEventListener("dragleave", () => delete box.dataset["over"]);
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    delete box.dataset["over"];
    const dropped = event.dataTransfer?.files;
    if (!dropped?.length) return;
    input.files = dropped;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** Say what was chosen; the latest choice wins, whichever hash is ready first. */
export async function tell(box: HTMLElement, file: File | undefined): Promise<void> {
  const chosen = box.querySelector<HTMLElement>("[data-paper-chosen]");
  if (!chosen) return;
  chosen.hidden = !file;
  if (!file) return;
  const most = Number(box.dataset["most"]);
  const fits = !most || file.size <= most;
  say(box, "[data-paper-name]", file.name);
  say(
    box,
    "[data-paper-size]",
    fits ? sizeWords(file.size) : `${sizeWords(file.size)} · ${box.dataset["tooLarge"] ?? ""}`,
  );
  // Browsers hash for pages with TLS and for localhost; elsewhere the receipt alone says it.
  if (!fits || !globalThis.crypto?.subtle) return say(box, "[data-paper-hash]", "—");
  say(box, "[data-paper-hash]", box.dataset["counting"] ?? "");
  const hash = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  if (box.querySelector("[data-paper-name]")?.textContent === file.name) say(box, "[data-paper-hash]", hash);
}

/** A size as Django's `filesizeformat` writes it. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}

function hex(data: ArrayBuffer): string {
  return [...new Uint8Array(data)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function say(box: HTMLElement, where: string, words: string): void {
  const place = box.querySelector(where);
  if (place) place.textContent = words;
}

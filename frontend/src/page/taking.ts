/** Buttons that take an answer along: `data-copies="ID"` copies its words, `data-prints` prints the page. Hidden without script. */
export function wireTaking(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-prints]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  // Browsers give the clipboard to pages with TLS and to localhost; elsewhere the button stays away.
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const source = document.getElementById(button.dataset["copies"] ?? "");
  const word = button.querySelector("span");
  if (!source) return;
  await navigator.clipboard.writeText(source.innerText.trim());
  if (word) word.textContent = button.dataset["done"] ?? word.textContent;
}

/** The light/dark button: follows the system, light, dark, and round again; kept per mood. */
export type Theme = "system" | "light" | "dark";

const ORDER: readonly Theme[] = ["system", "light", "dark"];

/** What comes after `theme` when the button is pressed. */
export function nextTheme(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? "system";
}

/** The choice in force: the pinned one, or the mood's own (the control room is dark). */
export function themeInForce(pinned: string | undefined, mood: string | undefined): Theme {
  if (pinned === "light" || pinned === "dark" || pinned === "system") return pinned;
  return mood === "control" ? "dark" : "system";
}

export function wireThemeButton(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-theme-button]");
  if (!button) return;
  const root = document.documentElement;
  const word = button.querySelector("[data-theme-word]");
  const show = () => {
    const theme = themeInForce(root.dataset["theme"], root.dataset["mood"]);
    for (const icon of button.querySelectorAll<HTMLElement>("[data-theme-icon]"))
      icon.hidden = icon.dataset["themeIcon"] !== theme;
    if (word) word.textContent = button.getAttribute(`data-label-${theme}`);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const theme = nextTheme(themeInForce(root.dataset["theme"], root.dataset["mood"]));
    root.dataset["theme"] = theme;
    try {
      localStorage.setItem(`custodes.theme.${root.dataset["mood"] ?? "office"}`, theme);
    } catch {
      // Without storage the choice lasts for this page.
    }
    show();
  });
  show();
}

/**
 * Runs in the head before the first paint, as a classic script: puts the pinned light/dark choice of this page's mood
 * on <html>, so that nothing flashes. It must import nothing.
 */
(() => {
  const root = document.documentElement;
  try {
    const pinned = localStorage.getItem(`custodes.theme.${root.dataset["mood"] ?? "office"}`);
    if (pinned === "light" || pinned === "dark" || pinned === "system") root.dataset["theme"] = pinned;
  } catch {
    // A browser that keeps no storage follows the mood.
  }
})();

/** Brings the tab of this page into sight where there are more than a phone is wide. */
export function showCurrentTab(): void {
  for (const tab of document.querySelectorAll(".tabs__link[aria-current]")) {
    const list = tab.closest(".tabs__list");
    const at = tab.getBoundingClientRect();
    const room = list?.getBoundingClientRect();
    if (!list || !room || at.right <= room.right) continue;
    list.scrollLeft += at.left + at.width / 2 - (room.left + room.width / 2);
  }
}

/** Moves a table of days to its latest one, where it is wider than its room. */
export function showLatestDay(): void {
  for (const table of document.querySelectorAll(".coverage")) {
    const room = table.closest(".table-scroll");
    if (room) room.scrollLeft = room.scrollWidth;
  }
}

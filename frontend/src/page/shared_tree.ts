/** Cameras of a shared tree are dragged onto an organisation: it ticks them, chooses the organisation and sends the very form that works
 * without a script and by keyboard. */
export function wireSharedTree(): void {
  for (const page of document.querySelectorAll<HTMLElement>("[data-shared-tree]")) {
    const form = page.querySelector<HTMLFormElement>("[data-tree-form]");
    const target = form?.querySelector<HTMLSelectElement>("select[name=target]");
    if (form && target) wire(page, form, target);
  }
}

const KIND = "application/x-custodes-cameras";

function wire(page: HTMLElement, form: HTMLFormElement, target: HTMLSelectElement): void {
  for (const item of form.querySelectorAll<HTMLElement>("[data-camera]")) {
    item.draggable = true;
    item.addEventListener("dragstart", (event) => take(event, form, item));
  }
  for (const place of page.querySelectorAll<HTMLElement>("[data-drop]")) {
    place.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes(KIND)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      place.classList.add("shared-tree__node--over");
    });
    place.addEventListener("dragleave", () => place.classList.remove("shared-tree__node--over"));
    place.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.types.includes(KIND)) return;
      event.preventDefault();
      place.classList.remove("shared-tree__node--over");
      target.value = place.dataset["drop"] ?? "";
      form.requestSubmit();
    });
  }
}

/** One that was not ticked is dragged alone; one that was, with all that are. What is let go elsewhere leaves the ticks as they were. */
function take(event: DragEvent, form: HTMLFormElement, item: HTMLElement): void {
  const own = item.querySelector<HTMLInputElement>("input[name=camera]");
  if (!own || !event.dataTransfer) return;
  const boxes = [...form.querySelectorAll<HTMLInputElement>("input[name=camera]")];
  const ticked = boxes.filter((box) => box.checked);
  item.addEventListener(
    "dragend",
    (end) => {
      if (end.dataTransfer?.dropEffect === "none")
        for (const box of boxes) box.checked = ticked.includes(box);
    },
    { once: true },
  );
  if (!own.checked) for (const box of boxes) box.checked = box === own;
  const number = boxes.filter((box) => box.checked).length;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData(KIND, String(number));
}

/** Building elements without markup in strings. */
export type Attributes = Readonly<Record<string, string | boolean | number | null | undefined>>;
export type Child = Node | string | null | undefined | false;

/** An element with attributes (true = present, false and null = absent) and children. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** Sets text only when it differs: an unchanged live region must stay silent. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

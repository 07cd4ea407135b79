/**
 * What was typed into one form of a page stays when another form of it is sent: dates beside a paper that is added, say. It is kept
 * in this tab alone until the next page, which puts it back where it is the same page, and forgets it in any case.
 * Passwords, files and hidden fields are never kept; nor what was not changed, so that the page's own newer values stand.
 */
const KEY = "custodes.typed";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Of one field: its name, which of that name it is in its form, and what was typed, ticked or chosen. */
export interface Typed {
  readonly form: string;
  readonly name: string;
  readonly nth: number;
  readonly value: string | boolean | readonly string[];
}

export function wireTypedFields(): void {
  putBack(document, location.pathname);
  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || event.defaultPrevented || sent.method !== "post") return;
    const typed = typedBeside(document, sent);
    if (typed.length) sessionStorage.setItem(KEY, JSON.stringify({ page: location.pathname, typed }));
  });
}

/** What was typed into the other forms of the page. */
export function typedBeside(page: ParentNode, sent: HTMLFormElement): Typed[] {
  const found: Typed[] = [];
  for (const [form, key] of named(page)) {
    if (form === sent) continue;
    for (const { field, name, nth } of fieldsOf(form)) {
      const value = changed(field);
      if (value !== null) found.push({ form: key, name, nth, value });
    }
  }
  return found;
}

/** Puts back what the page before kept, where this is that page or one below or above it (a step's answer has the step's address). */
export function putBack(page: ParentNode, path: string): void {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (!kept) return;
  const { page: from, typed } = JSON.parse(kept) as { page: string; typed: Typed[] };
  if (!path.startsWith(from) && !from.startsWith(path)) return;
  const forms = new Map([...named(page)].map(([form, key]) => [key, form]));
  for (const { form: key, name, nth, value } of typed) {
    const form = forms.get(key);
    const field = form && fieldsOf(form).find((one) => one.name === name && one.nth === nth)?.field;
    if (field && !field.disabled) fill(field, value);
  }
}

/** Each form that sends something, named by where it sends it and which of those it is. */
function* named(page: ParentNode): Generator<[HTMLFormElement, string]> {
  const seen = new Map<string, number>();
  for (const form of page.querySelectorAll<HTMLFormElement>("form[method=post]")) {
    const action = form.getAttribute("action") ?? "";
    const nth = seen.get(action) ?? 0;
    seen.set(action, nth + 1);
    yield [form, `${action} ${nth}`];
  }
}

function fieldsOf(form: HTMLFormElement): { field: Field; name: string; nth: number }[] {
  const seen = new Map<string, number>();
  const found = [];
  for (const field of form.querySelectorAll<Field>("input[name], textarea[name], select[name]")) {
    if (field instanceof HTMLInputElement && ["hidden", "password", "file"].includes(field.type)) continue;
    const nth = seen.get(field.name) ?? 0;
    seen.set(field.name, nth + 1);
    found.push({ field, name: field.name, nth });
  }
  return found;
}

function changed(field: Field): Typed["value"] | null {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    if (options.every((one) => one.selected === one.defaultSelected)) return null;
    return options.filter((one) => one.selected).map((one) => one.value);
  }
  if (ticks(field)) return field.checked === field.defaultChecked ? null : field.checked;
  return field.value === field.defaultValue ? null : field.value;
}

function fill(field: Field, value: Typed["value"]): void {
  if (field instanceof HTMLSelectElement) {
    const chosen = Array.isArray(value) ? value : [];
    for (const option of field.options) option.selected = chosen.includes(option.value);
  } else if (ticks(field)) field.checked = value === true;
  else field.value = String(value);
  // What stands in a folded part would look lost all the same.
  field.closest("details")?.setAttribute("open", "");
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
}

function ticks(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");
}

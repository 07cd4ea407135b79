/** Where to point, in the device's own degrees: asked for from where it points now. */
import { el } from "../dom/build";
import { clauseChip } from "../dom/clause";
import { t as common } from "../i18n/translate";
import type { Bearing } from "../view/protocol";
import { t, type Key } from "./words";

/** As the standard bounds them (GB/T 28181-2022 A.2.3.1.11); the field with the number is named by its key. */
const BOUNDS = { pan: [0, 360], tilt: [-30, 90], zoom: [1, 1000] } as const;

let serial = 0;

/** Shows the dialog, filled with where it points now; resolves with where to, or null when it was closed. */
export function askPoint(host: HTMLElement, here: Bearing): Promise<Bearing | null> {
  const id = `point-${++serial}`;
  const field = (axis: keyof typeof BOUNDS): HTMLInputElement => {
    const [min, max] = BOUNDS[axis];
    const value = Math.round(Math.min(max, Math.max(min, here[axis] ?? min)) * 10) / 10;
    return el("input", { id: `${id}-${axis}`, type: "number", min, max, step: 0.1, value, required: true });
  };
  const inputs = { pan: field("pan"), tilt: field("tilt"), zoom: field("zoom") };
  inputs.pan.autofocus = true; // not the chip of the clause
  const row = (axis: keyof typeof BOUNDS, label: Key) =>
    el(
      "div",
      { class: "field" },
      el("label", { class: "field__label", for: `${id}-${axis}` }, t(label)),
      inputs[axis],
    );
  const cancel = el("button", { class: "button button--quiet", type: "button" }, common("why.cancel"));
  const form = el(
    "form",
    { class: "form" },
    row("pan", "steer.point.pan"),
    row("tilt", "steer.point.tilt"),
    // A device that tells no zoom keeps it.
    ...(here.zoom === null ? [] : [row("zoom", "steer.point.zoom")]),
    el(
      "div",
      { class: "button-row" },
      el("button", { class: "button button--primary", type: "submit" }, t("steer.point.go")),
      cancel,
    ),
  );
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-labelledby": `${id}-title` },
    el("h2", { class: "dialog__title", id: `${id}-title` }, t("steer.point")),
    el("p", {}, t("steer.point.lead"), clauseChip("S34(7)")),
    form,
  );
  host.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let wanted: Bearing | null = null;
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [pan, tilt, zoom] = [inputs.pan, inputs.tilt, inputs.zoom].map((input) => Number(input.value));
      wanted = { pan: pan ?? 0, tilt: tilt ?? 0, zoom: here.zoom === null ? null : (zoom ?? 1) };
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(wanted);
    });
  });
}

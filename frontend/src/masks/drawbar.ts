/** What starts a new mask: its kind, a box or a polygon, and the way without drawing by hand. */
import { el, setText } from "../dom/build";
import { icon } from "../dom/icons";
import type { Desk, Drawing } from "./desk";
import type { Picture } from "./picture";
import { KINDS, type Kind } from "./tracks";

export class DrawBar {
  readonly element: HTMLElement;
  readonly #start = el("div", { class: "button-row" });
  readonly #under = el("div", { class: "button-row", hidden: true });
  readonly #how = el("p", { class: "field__hint" });

  constructor(
    private readonly desk: Desk,
    picture: Picture,
  ) {
    const { say } = desk;
    const button = (label: string, act: () => void, name: "plus" | null = null) => {
      const made = el(
        "button",
        { class: "button button--secondary", type: "button" },
        name && icon(name),
        label,
      );
      made.addEventListener("click", act);
      return made;
    };
    const kind = el(
      "select",
      { class: "masks__kind", "aria-label": say("draw.kind") },
      ...KINDS.map((one) => el("option", { value: one }, say(`kind.${one}`))),
    );
    kind.addEventListener("change", () => (desk.drawKind = kind.value as Kind));
    const start = (drawing: Drawing) => () => {
      desk.draw(drawing);
      picture.element.focus();
    };
    this.#start.append(
      kind,
      button(say("draw.box"), start("box"), "plus"),
      button(say("draw.polygon"), start("polygon"), "plus"),
    );
    this.#under.append(
      button(say("draw.middle"), () => picture.putInMiddle()),
      button(say("draw.cancel"), () => {
        desk.draw(null);
        picture.element.focus();
      }),
    );
    this.element = el(
      "section",
      { class: "masks__draw", "aria-label": say("draw") },
      this.#start,
      this.#how,
      this.#under,
    );
  }

  update(): void {
    const { desk } = this;
    const { byHand } = desk.store.document;
    this.element.hidden = desk.readonly;
    this.#start.hidden = desk.drawing !== null;
    this.#under.hidden = desk.drawing === null;
    const known = byHand.filter((kind): kind is Kind => (KINDS as readonly string[]).includes(kind));
    const kinds = known
      .map((kind) => desk.say(`kind.${kind}`))
      .join(desk.say("draw.comma"))
      .toLowerCase();
    const hint = kinds ? desk.say("draw.byHand", { kinds }) : "";
    setText(this.#how, desk.drawing ? desk.say(`draw.${desk.drawing}.how`) : hint);
    this.#how.hidden = this.#how.textContent === "";
  }
}

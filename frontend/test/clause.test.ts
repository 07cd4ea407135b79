// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { clauseChip } from "../src/dom/clause";

function opened(chip: HTMLElement): HTMLElement {
  document.body.append(chip);
  const card = chip.querySelector<HTMLElement>("[popover]");
  if (!card) throw new Error("no card");
  const event = new Event("beforetoggle");
  Object.assign(event, { newState: "open" });
  card.dispatchEvent(event);
  return card;
}

describe("a clause chip", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("opens a card of its own and leads to the clause's page", () => {
    const [first, second] = [clauseChip("S34(1)"), clauseChip("S34(1)")];
    const target = first.querySelector("button")?.getAttribute("popovertarget");
    expect(first.querySelector("[popover]")?.id).toBe(target);
    expect(second.querySelector("[popover]")?.id).not.toBe(target);
    expect(first.querySelector("a")?.getAttribute("href")).toBe("/law/S34(1)/");
  });

  it("fetches the text once, when it is first opened", async () => {
    const fetched = vi.fn(() => Promise.resolve(new Response("<span>建立值班监看</span>")));
    vi.stubGlobal("fetch", fetched);
    const card = opened(clauseChip("S34(1)"));
    await vi.waitFor(() => expect(card.textContent).toContain("建立值班监看"));
    opened(card.parentElement as HTMLElement);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(fetched).toHaveBeenCalledWith("/law/S34(1)/card/", { credentials: "same-origin" });
  });

  it("says that the text could not be loaded, keeps the link and tries again", async () => {
    const fetched = vi.fn(() => Promise.resolve(new Response("", { status: 503 })));
    vi.stubGlobal("fetch", fetched);
    const card = opened(clauseChip("N16.2(3)"));
    await vi.waitFor(() => expect(card.textContent).toContain("不能载入"));
    expect(card.querySelector("a")).not.toBeNull();
    opened(card.parentElement as HTMLElement);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it("shows words that are no clause and asks the server nothing", () => {
    for (const words of ["", "../me", "第三十四条", "S34(1)/../../x"]) {
      const chip = clauseChip(words);
      expect(chip.querySelector("button")).toBeNull();
      expect(chip.textContent).toBe(words);
    }
  });
});

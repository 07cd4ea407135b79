// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { readWork } from "../src/net/work";
import { shownCount, wireWorkCount } from "../src/page/work_count";

const NAV = `<a href="/dates/"><span>期限和待办</span><span class="nav__count" data-counts="/dates/count"></span></a>`;

afterEach(() => vi.unstubAllGlobals());

describe("the number beside the work list", () => {
  it("takes no more room than three digits", () => {
    expect([0, 7, 999, 1000].map(shownCount)).toEqual(["", "7", "999", "999+"]);
  });

  it("is asked for once, and said in words to who hears the page, at both places of the navigation", async () => {
    document.body.innerHTML = NAV + NAV;
    const ask = vi.fn(async () => Response.json({ count: 5, late: 2, words: "逾期 2 项，等您办理 3 项" }));
    vi.stubGlobal("fetch", ask);
    await wireWorkCount();
    expect(ask).toHaveBeenCalledTimes(1);
    for (const link of document.querySelectorAll("a")) {
      expect(link.textContent).toBe("期限和待办5");
      expect(link.getAttribute("aria-label")).toBe("期限和待办 (逾期 2 项，等您办理 3 项)");
    }
  });

  it("is not there when the answer is none", async () => {
    document.body.innerHTML = NAV;
    vi.stubGlobal("fetch", async () => new Response("<html>", { status: 200 }));
    await wireWorkCount();
    expect(document.body.textContent).toBe("期限和待办");
    expect(readWork({ count: "5", late: 0, words: "" })).toBeNull();
  });
});

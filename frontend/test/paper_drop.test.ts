// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { sizeWords, tell } from "../src/page/paper_drop";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function box(most = 1024): HTMLElement {
  const made = document.createElement("div");
  made.dataset["most"] = String(most);
  made.dataset["tooLarge"] = "too large";
  made.innerHTML =
    "<dl data-paper-chosen hidden><dd data-paper-name></dd><dd data-paper-size></dd><dd data-paper-hash></dd></dl>";
  return made;
}
const words = (made: HTMLElement, name: string) => made.querySelector(`[data-paper-${name}]`)?.textContent;

describe("the file part", () => {
  it("says name, size and SHA-256 of what was chosen", async () => {
    const made = box();
    await tell(made, new File([], "委托书.pdf"));
    expect(made.querySelector<HTMLElement>("[data-paper-chosen]")?.hidden).toBe(false);
    expect([words(made, "name"), words(made, "size"), words(made, "hash")]).toEqual([
      "委托书.pdf",
      "0 B",
      EMPTY,
    ]);
  });
  it("says that a file is too large, and does not read it", async () => {
    const made = box(2);
    await tell(made, new File(["abc"], "a.pdf"));
    expect(words(made, "size")).toBe("3 B · too large");
    expect(words(made, "hash")).toBe("—");
  });
  it("shows nothing once the choice is taken back", async () => {
    const made = box();
    await tell(made, new File([], "a.pdf"));
    await tell(made, undefined);
    expect(made.querySelector<HTMLElement>("[data-paper-chosen]")?.hidden).toBe(true);
  });
  it("writes sizes as the server does", () => {
    expect([sizeWords(1023), sizeWords(1536), sizeWords(5 * 2 ** 20)]).toEqual([
      "1023 B",
      "1.5 KB",
      "5.0 MB",
    ]);
  });
});

// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { wireMaking } from "../src/page/making";

const PAGE = `<form data-making="making"><button>制作证据包</button></form><div id="making" hidden><div></div></div>`;

afterEach(() => vi.useRealTimers());

function press(form: HTMLFormElement): boolean {
  const event = new Event("submit", { cancelable: true });
  form.dispatchEvent(event);
  return !event.defaultPrevented;
}

describe("a form whose download is a while in coming", () => {
  it("is sent once, says that it works, and asks until it knows how far it is", () => {
    vi.useFakeTimers();
    document.body.innerHTML = PAGE;
    wireMaking();
    const form = document.querySelector("form") as HTMLFormElement;
    const part = document.getElementById("making") as HTMLElement;
    part.scrollIntoView = () => undefined;
    let asked = 0;
    document.body.addEventListener("making", () => (asked += 1));
    expect(press(form)).toBe(true);
    expect(press(form)).toBe(false);
    vi.advanceTimersByTime(4100);
    expect(form.querySelector("button")?.disabled).toBe(true);
    expect(part.hidden).toBe(false);
    expect(asked).toBe(2);
    part.innerHTML = "<progress></progress>";
    vi.advanceTimersByTime(10_000);
    expect(asked).toBe(2);
  });
});

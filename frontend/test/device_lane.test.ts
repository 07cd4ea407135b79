// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { deviceStep } from "../src/i18n/translate";
import { DAY_US, HOUR_US } from "../src/time/zone";
import { DeviceLane, askable, merged } from "../src/timeline/device_lane";
import type { RecordingsTold } from "../src/view/protocol";

const now = 1_717_000_000_000_000;
const view = { from: now - HOUR_US, to: now };
const told = (spans: [number, number][], more: Partial<RecordingsTold> = {}): RecordingsTold => ({
  ...{ type: "recordings", channel: 1, from: view.from, to: view.to, spans, whole: true, failure: "" },
  ...more,
});

function lane() {
  const listener = { ask: vi.fn(), play: vi.fn() };
  const made = new DeviceLane(listener);
  document.body.replaceChildren(made.button, made.element);
  made.draw(view, 600, now, now);
  const boxes = () => [...made.element.querySelectorAll<HTMLButtonElement>(".timeline__box")];
  const said = () => made.element.querySelector(".timeline__device-said")?.textContent ?? "";
  return { made, listener, boxes, said };
}

afterEach(() => vi.useRealTimers());

describe("what is asked of a device", () => {
  it("is what the view shows, up to now", () => {
    expect(askable({ from: view.from, to: now + HOUR_US }, now, now)).toEqual([view.from, now]);
  });
  it("is a day around the picture where the view shows more", () => {
    const wide = { from: now - 7 * DAY_US, to: now };
    expect(askable(wide, now - 3 * DAY_US, now)).toEqual([now - 3.5 * DAY_US, now - 2.5 * DAY_US]);
    expect(askable(wide, now, now)).toEqual([now - DAY_US, now]);
    expect(askable(wide, wide.from, now)).toEqual([wide.from, wide.from + DAY_US]);
  });
  it("replaces what was known of the same span, and leaves the rest", () => {
    const known = [[0, 10], [20, 30]] as const; // prettier-ignore
    expect(merged(known, { from: 5, to: 25, spans: [[6, 7]] })).toEqual([[0, 5], [6, 7], [25, 30]]); // prettier-ignore
  });
});

describe("the band of a device's recordings", () => {
  it("asks nothing by itself, and once by hand until it is answered", () => {
    const { made, listener } = lane();
    made.draw({ from: view.from - HOUR_US, to: now }, 600, now, now);
    expect(listener.ask).not.toHaveBeenCalled();
    made.button.click();
    made.button.click();
    expect(listener.ask).toHaveBeenCalledTimes(1);
    expect(listener.ask).toHaveBeenCalledWith(view.from - HOUR_US, now);
    made.told(told([]));
    expect(made.button.disabled).toBe(false);
  });
  it("can be asked again where no answer comes", () => {
    vi.useFakeTimers();
    const { made } = lane();
    made.button.click();
    vi.advanceTimersByTime(15_000);
    expect(made.button.disabled).toBe(false);
  });
  it("is not there before it was asked for, then has a button for each recording", () => {
    const { made, boxes, said } = lane();
    const band = made.element.querySelector<HTMLElement>(".timeline__lane");
    expect(band?.hidden).toBe(true);
    made.told(told([[view.from, view.from + HOUR_US / 4], [now - HOUR_US / 2, now]])); // prettier-ignore
    made.draw(view, 600, now, now);
    expect(band?.hidden).toBe(false);
    expect(boxes().map((box) => [box.style.left, box.style.width])).toEqual([["0px", "150px"], ["300px", "300px"]]); // prettier-ignore
    expect(boxes()[0]?.getAttribute("aria-label")).toContain("播放设备录像");
    expect(said()).toBe("设备录像 2 段");
    expect(band?.textContent).toContain("未经本系统存证");
  });
  it("plays from the beginning by a key, and from where it was clicked by hand", () => {
    const { made, listener, boxes } = lane();
    made.told(told([[now - HOUR_US / 2, now]]));
    made.draw(view, 600, now, now);
    const band = made.element.querySelector<HTMLElement>(".timeline__band") as HTMLElement;
    band.getBoundingClientRect = () => ({ left: 100, width: 600 }) as DOMRect;
    boxes()[0]?.dispatchEvent(new MouseEvent("click", { detail: 0 }));
    boxes()[0]?.dispatchEvent(new MouseEvent("click", { detail: 1, clientX: 100 + 450 }));
    expect(listener.play.mock.calls).toEqual([[now - HOUR_US / 2], [now - HOUR_US / 4]]);
  });
  it("keeps the focus while the view moves on", () => {
    const { made, boxes } = lane();
    made.told(told([[now - HOUR_US / 2, now]]));
    made.draw(view, 600, now, now);
    const first = boxes()[0];
    first?.focus();
    made.draw({ from: view.from + 1e6, to: now + 1e6 }, 600, now, now);
    expect(boxes()[0]).not.toBe(first);
    expect(document.activeElement).toBe(boxes()[0]);
  });
  it("says why a device was not heard, and that it did not tell all", () => {
    const { made, said } = lane();
    made.told(told([], { failure: "clock" }));
    expect(said()).toContain("没有取得设备的时间");
    made.told(told([[view.from, now]], { whole: false }));
    expect(said()).toContain("可能还有");
  });
});

describe("the step at which a look at a device stopped", () => {
  it("is said in words, with SIP's number where there is one", () => {
    expect(deviceStep("refused:486")).toBe("设备拒绝（状态码 486）");
    expect(deviceStep("not_stated")).toContain("下级平台");
  });
  it("is named where there are no words for it", () => {
    expect(deviceStep("no-ps")).toBe("在步骤 no-ps 中止");
  });
});

// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Held } from "../src/net/steering";
import { Hold } from "../src/steer/hold";
import { motionOf } from "../src/steer/keys";
import { SteerPad, type PadHost } from "../src/steer/pad";
import { parseText, type HelmSays, type Motion } from "../src/view/protocol";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const press = (key: string, more = {}) => ({
  key,
  shiftKey: false,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...more,
});
const helm = (holder: HelmSays["holder"]): HelmSays => ({ type: "helm", channel: 1, holder, trouble: "" });
const mine = { name: "王伟", unit: "城关区公安局", mine: true, presets: false };

function pad(able = "move zoom presets home") {
  const said: Motion[] = [];
  const asked: string[] = [];
  const notices: string[] = [];
  let refuse: Error | null = null;
  const host: PadHost = {
    element: document.body,
    begin: (reason) => {
      asked.push(`begin ${reason}`);
      return refuse ? Promise.reject(refuse) : Promise.resolve({ index: 1, presets: false });
    },
    steer: (motion) => void said.push(motion),
    control: (what, token = "") => void asked.push(`${what} ${token}`),
    notice: (text) => void notices.push(text),
  };
  const made = new SteerPad(able, host);
  document.body.replaceChildren(made.element);
  return { made, said, asked, notices, refuseWith: (error: Error) => (refuse = error) };
}

describe("a hand that holds", () => {
  it("says what it wants at once, again until it lets go, and then nothing", () => {
    const said: Motion[] = [];
    const hold = new Hold((motion) => said.push(motion));
    hold.press("right", { pan: 50 });
    vi.advanceTimersByTime(1000);
    expect(said.length).toBe(5);
    expect(said.every((motion) => motion.pan === 50)).toBe(true);
    hold.release("right");
    expect(said.at(-1)?.pan).toBe(0);
    vi.advanceTimersByTime(5000);
    expect(said.length).toBe(6);
  });
  it("adds several up, as two arrow keys", () => {
    const said: Motion[] = [];
    const hold = new Hold((motion) => said.push(motion));
    hold.press("right", { pan: 100 });
    hold.press("up", { tilt: 100 });
    expect(said.at(-1)).toMatchObject({ pan: 100, tilt: 100 });
    hold.drop();
    expect(said.at(-1)).toMatchObject({ pan: 0, tilt: 0 });
  });
});

describe("the pad", () => {
  it("shows nothing to hold until the worker says that the helm is ours", () => {
    const { made, asked } = pad();
    const begin = made.element.querySelector<HTMLButtonElement>(".steer__begin")!;
    expect(begin.disabled).toBe(true);
    made.message(helm(null));
    expect(begin.disabled).toBe(false);
    expect(made.element.querySelector<HTMLElement>(".steer__pad")!.hidden).toBe(true);
    begin.click();
    expect(asked).toEqual(["begin "]);
    made.message(helm(mine));
    expect(made.element.querySelector<HTMLElement>(".steer__pad")!.hidden).toBe(false);
    expect(asked).toContain("list ");
  });
  it("turns with the arrow keys only while one steers, and stops when the window loses the focus", () => {
    const { made, said } = pad();
    const down = () => new KeyboardEvent("keydown", { key: "ArrowLeft" });
    expect(made.key(down())).toBe(false);
    made.message(helm(mine));
    expect(made.key(down())).toBe(true);
    expect(said.at(-1)!.pan).toBeLessThan(0);
    window.dispatchEvent(new Event("blur"));
    expect(said.at(-1)!.pan).toBe(0);
  });
  it("names who steers, and says what was refused", async () => {
    const { made, notices, refuseWith } = pad();
    made.message(helm({ ...mine, mine: false }));
    expect(made.element.textContent).toContain("王伟");
    refuseWith(new Held("王伟", false, "请待对方交还。"));
    made.element.querySelector<HTMLButtonElement>(".steer__begin")!.click();
    await vi.advanceTimersByTimeAsync(0);
    expect(notices[0]).toContain("王伟");
    made.message({ type: "controlled", channel: 1, do: "goto", failure: "timeout" });
    expect(notices[1]).toContain("没有应答");
  });
  it("lets go and gives the camera back when the picture is no longer live", () => {
    const { made, said, asked } = pad();
    made.message(helm(mine));
    made.key(new KeyboardEvent("keydown", { key: "ArrowUp" }));
    made.live(false);
    expect(said.at(-1)!.tilt).toBe(0);
    expect(asked).toContain("leave ");
  });
  it("offers what the camera can do and nothing else", () => {
    const { made } = pad("zoom");
    expect(made.element.querySelector(".steer__cross")).toBeNull();
    expect(made.element.querySelectorAll(".steer__hold").length).toBe(2);
    made.message(helm(mine));
    expect(made.key(new KeyboardEvent("keydown", { key: "ArrowUp" }))).toBe(false);
  });
});

it("keys give a motion at the speed, never with a modifier", () => {
  expect(motionOf(press("ArrowLeft"), 55)).toEqual({ pan: -55 });
  expect(motionOf(press("-"), 25)).toEqual({ zoom: -25 });
  expect(motionOf(press("ArrowLeft", { ctrlKey: true }), 55)).toBeNull();
  expect(motionOf(press("x"), 55)).toBeNull();
});

it("the worker's words about the helm are read strictly", () => {
  expect(parseText('{"type":"helm","channel":1,"holder":null,"trouble":""}')).toMatchObject({ holder: null });
  expect(
    parseText('{"type":"presets","channel":1,"presets":[{"token":"1","name":"门"},{"name":"x"},7]}'),
  ).toMatchObject({ presets: [{ token: "1", name: "门" }] });
  expect(parseText('{"type":"helm","holder":null}')).toBeNull();
});

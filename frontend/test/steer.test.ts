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
const helm = (holder: HelmSays["holder"], note = "", precise = false): HelmSays => ({
  ...{ type: "helm", channel: 1, holder, trouble: "" },
  ...{ note, precise },
});
const mine = { name: "王伟", unit: "城关区公安局", mine: true, presets: false };

function pad(able = "move zoom presets home") {
  const said: Motion[] = [];
  const asked: string[] = [];
  const notices: string[] = [];
  let refuse: Error | null = null;
  const stage = document.createElement("div");
  const video = document.createElement("video");
  Object.defineProperties(video, { videoWidth: { value: 1920 }, videoHeight: { value: 960 } });
  video.getBoundingClientRect = () => new DOMRect(0, 0, 200, 100);
  const host: PadHost = {
    element: document.body,
    begin: (reason) => {
      asked.push(`begin ${reason}`);
      return refuse ? Promise.reject(refuse) : Promise.resolve({ index: 1, presets: false });
    },
    steer: (motion) => void said.push(motion),
    control: (what, token = "", _name = "", about = {}) => {
      const said = about.box ?? about.there;
      asked.push(`${what} ${token}${said ? JSON.stringify(said) : ""}`);
    },
    picture: () => ({ stage, video }),
    notice: (text) => void notices.push(text),
  };
  const made = new SteerPad(able, host);
  document.body.replaceChildren(made.element, stage);
  return { made, stage, said, asked, notices, refuseWith: (error: Error) => (refuse = error) };
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
  it("says that a platform below took the camera, until somebody steers again", () => {
    const { made, notices, said } = pad();
    made.message(helm(mine));
    made.key(new KeyboardEvent("keydown", { key: "ArrowRight" }));
    made.message(helm(null, "below"));
    expect(notices.at(-1)).toContain("下级平台正在操控该点位");
    expect(said.at(-1)).toMatchObject({ pan: 0, tilt: 0 });
    expect(made.element.textContent).toContain("下级平台正在操控");
    made.message(helm(null));
    expect(made.element.textContent).toContain("无人操控");
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
  expect(parseText('{"type":"bearing","channel":1,"pan":1,"tilt":"2"}')).toBeNull();
  expect(parseText('{"type":"bearing","channel":1,"pan":1,"tilt":2,"zoom":null}')).toMatchObject({
    zoom: null,
  });
});

describe("drag zoom, cruises and the declared field", () => {
  const named = (made: SteerPad, words: string) =>
    [...made.element.querySelectorAll("button")].find((button) => button.textContent.trim() === words)!;
  const pointer = (kind: string, x: number, y: number) =>
    Object.assign(new Event(kind, { bubbles: true }), { button: 0, pointerId: 1, clientX: x, clientY: y });

  it("asks for the box that was drawn, and only once", () => {
    const { made, stage, asked } = pad("move zoom drag");
    made.message(helm(mine));
    named(made, "框选放大").click();
    const sheet = stage.querySelector<HTMLElement>(".steer__sheet")!;
    for (const [kind, x, y] of [
      ["pointerdown", 20, 10],
      ["pointermove", 60, 30],
      ["pointerup", 60, 30],
    ] as const)
      sheet.dispatchEvent(pointer(kind, x, y));
    const box = JSON.parse(asked.at(-1)!.replace("drag_in ", "")) as Record<string, number>;
    expect(Object.values(box).map((part) => Math.round(part * 100))).toEqual([10, 10, 20, 20]);
    expect(stage.childElementCount).toBe(0);
  });
  it("draws nothing any more when the helm is lost, or by Escape", () => {
    const { made, stage, asked } = pad("move zoom drag");
    made.message(helm(mine));
    named(made, "框选缩小").click();
    document.dispatchEvent(Object.assign(new Event("keydown"), { key: "Escape" }));
    expect(stage.childElementCount).toBe(0);
    named(made, "框选缩小").click();
    made.lost();
    expect(stage.childElementCount).toBe(0);
    expect(asked.some((one) => one.startsWith("drag"))).toBe(false);
  });
  it("starts a cruise by its number and stops it", () => {
    const { made, asked, said } = pad("move cruise");
    made.message(helm(mine));
    made.element.querySelector<HTMLInputElement>(".steer__cruise")!.value = "7";
    named(made, "开始巡航").click();
    expect(asked.at(-1)).toBe("cruise 7");
    named(made, "停止巡航").click();
    expect(said.at(-1)).toMatchObject({ pan: 0, zoom: 0 });
  });
  it("says to whoever steers what is known of the declared field, and to nobody else", () => {
    const { made, notices } = pad();
    const note = made.element.querySelector<HTMLElement>(".steer__note")!;
    made.message(helm({ ...mine, mine: false }, "blind"));
    expect(note.hidden).toBe(true);
    for (const [kind, words] of [
      ["blind", "不报告云台角度"],
      ["bearing", "先转回规定指向"],
      ["edge", "边缘"],
      ["presets", "只准转到预置位"],
    ] as const) {
      made.message(helm(mine, kind));
      expect(note.textContent).toContain(words);
    }
    made.message(helm(mine));
    expect(note.hidden).toBe(true);
    made.message({ type: "controlled", channel: 1, do: "precise", failure: "outside" });
    expect(notices.at(-1)).toContain("超出申报的采集范围");
  });
  it("offers no turning by hand where a camera is turned to its presets only, and an arrow does nothing else", () => {
    const { made, said } = pad("move zoom presets home drag cruise");
    const cross = made.element.querySelector<HTMLElement>(".steer__cross")!;
    const drag = () => named(made, "框选放大").parentElement!;
    made.message(helm(mine));
    expect([cross.hidden, drag().hidden]).toEqual([false, false]);
    for (const note of ["presets", "edge"]) {
      made.message(helm(mine, note));
      expect([cross.hidden, drag().hidden, named(made, "开始巡航").parentElement!.hidden]).toEqual([
        true,
        true,
        true,
      ]);
      expect(made.element.querySelector<HTMLElement>(".steer__lens")!.hidden).toBe(false);
      expect(made.element.querySelector(".steer__who")!.textContent).toBe("您正在操控");
    }
    expect(made.key(new KeyboardEvent("keydown", { key: "ArrowLeft" }))).toBe(true);
    expect(said).toEqual([]);
    made.message(helm(null));
    made.message(helm(mine, "edge"));
    expect(cross.hidden).toBe(false);
  });
  it("offers neither where the camera knows neither", () => {
    const { made } = pad();
    expect(made.element.textContent).not.toMatch(/框选|巡航/);
  });
  it("points by degrees where the device tells its own, from where it points now", async () => {
    const { made, asked } = pad("move");
    const group = () => named(made, "转到指定角度").parentElement!;
    made.message(helm(mine));
    expect(group().hidden).toBe(true);
    made.message(helm(mine, "", true));
    expect(group().hidden).toBe(false);
    named(made, "转到指定角度").click();
    expect(asked.at(-1)).toBe("where ");
    made.message({ type: "bearing", channel: 1, pan: 100.04, tilt: 5, zoom: 2 });
    await vi.dynamicImportSettled();
    const fields = [...document.querySelectorAll<HTMLInputElement>("dialog input")];
    expect(fields.map((field) => field.value)).toEqual(["100", "5", "2"]);
    fields[0]!.value = "90.5";
    document.querySelector("dialog form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.at(-1)).toBe('precise {"pan":90.5,"tilt":5,"zoom":2}');
    expect(document.querySelector("dialog")).toBeNull();
  });
  it("asks for no zoom of a device that tells none, and for nothing once the helm is gone", async () => {
    const { made, asked } = pad("move");
    const submit = () =>
      document.querySelector("dialog form")!.dispatchEvent(new Event("submit", { cancelable: true }));
    made.message(helm(mine, "", true));
    made.message({ type: "bearing", channel: 1, pan: 1, tilt: -40, zoom: null });
    await vi.dynamicImportSettled();
    const fields = [...document.querySelectorAll<HTMLInputElement>("dialog input")];
    expect(fields.map((field) => field.value)).toEqual(["1", "-30"]);
    submit();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.at(-1)).toBe('precise {"pan":1,"tilt":-30,"zoom":1}');
    made.message({ type: "bearing", channel: 1, pan: 1, tilt: 0, zoom: null });
    await vi.dynamicImportSettled();
    made.lost();
    submit();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.filter((one) => one.startsWith("precise")).length).toBe(1);
  });
});

// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refused } from "../src/net/api";
import { Spoken } from "../src/net/speaking";
import { decodeG711 } from "../src/sound/g711";
import { encode, encodeALaw, SILENCE } from "../src/speak/alaw";
import { Gatherer, PIECE, type Piece } from "../src/speak/capture";
import { NoMicrophone, type Lacking } from "../src/speak/lacking";
import { SpeakPad } from "../src/speak/pad";
import { KEY_HELP } from "../src/player/keys";
import { RATE, Resampler } from "../src/speak/resample";
import { askReason } from "../src/speak/why";
import { parseText, speechMessage, type SpeechSays } from "../src/view/protocol";

describe("A-law", () => {
  it.each([
    [0, 0xd5], [-1, 0x55], [15, 0xd5], [16, 0xd4], [-17, 0x54], [255, 0xda], [256, 0xc5], [1000, 0xfa],
    [-1000, 0x7a], [8191, 0x8a], [-8192, 0x0a], [12345, 0xbd], [-12345, 0x3d], [32767, 0xaa], [-32768, 0x2a],
  ])("codes %i as others do", (linear, octet) => {
    expect(encodeALaw(linear / 32768)).toBe(octet);
  }); // prettier-ignore
  it("codes what each octet stands for as that octet", () => {
    const all = Uint8Array.from({ length: 256 }, (_, n) => n);
    expect([...encode(decodeG711("alaw", all))]).toEqual([...all]);
  });
  it("has the milliwatt of ITU-T G.711, Table 5, for a tone of 1 kHz", () => {
    const milliwatt = [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4];
    const peak = -(10 ** (-3.14 / 20)); // 0 dBm0, where the largest sine is 3.14
    const tone = Float32Array.from({ length: 8 }, (_, n) => peak * Math.sin((Math.PI * (n + 0.5)) / 4));
    expect([...encode(tone)]).toEqual(milliwatt);
  });
  it("stays within its bounds, and silence is silence", () => {
    expect(encodeALaw(7)).toBe(0xaa);
    expect(encodeALaw(-7)).toBe(0x2a);
    expect(encodeALaw(Number.NaN)).toBe(SILENCE);
  });
});

const tone = (hertz: number, rate: number, count: number, from = 0) =>
  Float32Array.from({ length: count }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * (n + from)) / rate));
const loudness = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);

/** A second of a tone in blocks of 128, without the first and last tenth. */
function resampled(hertz: number, rate: number): Float32Array {
  const resampler = new Resampler(rate);
  const made: number[] = [];
  for (let at = 0; at < rate; at += 128) made.push(...resampler.push(tone(hertz, rate, 128, at)));
  return Float32Array.from(made.slice(800, 7200));
}

describe("the way to 8 kHz", () => {
  it.each([44_100, 48_000, 16_000, 8000, 96_000])("makes 8000 samples of a second at %i Hz", (rate) => {
    const resampler = new Resampler(rate);
    let count = 0;
    for (let at = 0; at < 4 * rate; at += 128) count += resampler.push(new Float32Array(128)).length;
    expect(Math.abs(count - 4 * RATE)).toBeLessThan(60);
  });
  it.each([44_100, 48_000])("keeps a voice's tone from %i Hz as loud and as high as it is", (rate) => {
    const made = resampled(1000, rate);
    expect(loudness(made)).toBeCloseTo(0.5 / Math.SQRT2, 2);
    let crossings = 0;
    for (let n = 1; n < made.length; n++) if (made[n - 1]! < 0 && made[n]! >= 0) crossings++;
    expect(Math.abs(crossings - 800)).toBeLessThan(2);
  });
  it.each([5000, 7000, 12_000])("lets nothing of %i Hz fold back", (hertz) => {
    expect(loudness(resampled(hertz, 48_000))).toBeLessThan(0.003);
  });
  it("makes the same of blocks of any length", () => {
    const whole = tone(700, 48_000, 4800);
    const [one, other] = [new Resampler(48_000), new Resampler(48_000)];
    const pieces: number[] = [];
    for (let at = 0; at < whole.length; at += 77) pieces.push(...other.push(whole.slice(at, at + 77)));
    expect(pieces).toEqual([...one.push(whole)]);
  });
  it("gathers pieces of 60 ms with their loudness", () => {
    const pieces: Piece[] = [];
    const gatherer = new Gatherer(48_000, (piece) => pieces.push(piece));
    for (let at = 0; at < 48_000; at += 128) gatherer.take(tone(1000, 48_000, 128, at));
    expect(pieces.length).toBe(16);
    expect(pieces.every(({ octets }) => octets.length === PIECE)).toBe(true);
    expect(pieces[8]!.level).toBeCloseTo(0.35, 1);
  });
});

it("the message of sound has channel, number and octets behind its kind", () => {
  expect([...speechMessage(258, 1, Uint8Array.of(0xd5, 0x55))]).toEqual([3, 0, 1, 2, 0, 0, 0, 1, 0xd5, 0x55]);
});

it("the worker's words about the floor are read strictly", () => {
  const said =
    '{"type":"speech","channel":1,"speaker":{"name":"王伟","mine":true},"state":"asking","ended":5}';
  expect(parseText(said)).toEqual({
    ...{ type: "speech", channel: 1, state: "asking", ended: "", step: "" },
    speaker: { name: "王伟", unit: "", mine: true, presets: false },
  });
  expect(parseText('{"type":"speech","speaker":null}')).toBeNull();
});

const free: SpeechSays = { type: "speech", channel: 1, speaker: null, state: "", ended: "", step: "" };
const mine = (state: string): SpeechSays => ({
  ...free,
  speaker: { name: "王伟", unit: "城关分局", mine: true },
  state,
});
const over = (ended: string, step = ""): SpeechSays => ({ ...free, ended, step });

function pad(more: { lacking?: Lacking; refuse?: Error; reason?: string | null } = {}) {
  const did: string[] = [];
  const sent: number[] = [];
  let take: (piece: Piece) => void = () => undefined;
  let pull = () => undefined as void;
  let open = false;
  const made = new SpeakPad(
    {
      element: document.body,
      begin: (reason) => {
        did.push(`begin ${reason}`);
        return more.refuse ? Promise.reject(more.refuse) : Promise.resolve(1);
      },
      send: (octets) => void sent.push(octets.length),
      end: () => void did.push("end"),
      quiet: (on) => void did.push(on ? "quiet" : "loud"),
    },
    {
      reason: () => Promise.resolve(more.reason === undefined ? "疏导人群" : more.reason),
      microphone: (hears, lost) => {
        did.push("microphone");
        if (more.lacking) return Promise.reject(new NoMicrophone(more.lacking));
        [take, pull] = [hears, lost];
        return Promise.resolve({ open: (on) => void (open = on), close: () => void did.push("closed") });
      },
    },
  );
  document.body.replaceChildren(made.element);
  const find = <T extends HTMLElement>(name: string) => made.element.querySelector<T>(`.speak__${name}`)!;
  const ask = async () => {
    find("begin").click();
    await vi.advanceTimersByTimeAsync(0);
  };
  const piece = (level = 0.1) => take({ octets: new Uint8Array(480), level });
  return { made, did, sent, find, ask, piece, pull: () => pull(), isOpen: () => open };
}

describe("the pad", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  async function speaking() {
    const all = pad();
    all.made.message(free);
    await all.ask();
    all.made.message(mine("asking"));
    all.made.message(mine("speaking"));
    return all;
  }

  it("asks why first, then for the microphone, then for leave, and says that the device is called", async () => {
    const { made, did, find, ask } = pad();
    expect(find<HTMLButtonElement>("begin").disabled).toBe(true);
    made.message(free);
    expect(find<HTMLButtonElement>("begin").disabled).toBe(false);
    await ask();
    expect(did).toEqual(["microphone", "begin 疏导人群"]);
    made.message(mine("asking"));
    expect(find("who").textContent).toContain("正在接通设备");
    expect(find("hold").hidden).toBe(true);
    made.message(mine("speaking"));
    expect(find("hold").hidden).toBe(false);
    expect(find("who").textContent).toContain("按住");
  });
  it("asks for no microphone and no leave where the reason is not said", async () => {
    const { made, did, ask } = pad({ reason: null });
    made.message(free);
    await ask();
    expect(did).toEqual([]);
  });
  it.each([
    ["denied", "没有允许使用麦克风"],
    ["none", "没有找到麦克风"],
    ["insecure", "https"],
  ] as const)(
    "asks for no leave where there is no microphone (%s), and says what to do",
    async (lacking, words) => {
      const { made, did, find, ask } = pad({ lacking });
      made.message(free);
      await ask();
      expect(did).toEqual(["microphone"]);
      expect(find("who").textContent).toContain(words);
      expect(find("begin").hidden).toBe(false);
    },
  );
  it("keeps room for what it says when the button is held and let go, so that the button stands still", async () => {
    const { made, find } = await speaking();
    const said = () => find("who").textContent;
    const { loose, held } = find("who").dataset;
    expect(loose).toBe(said());
    find("hold").dispatchEvent(new PointerEvent("pointerdown", { button: 0 }));
    expect(held).toBe(said());
    expect({ ...find("who").dataset }).toMatchObject({ loose, held });
    made.message(over("left"));
    expect(find("who").dataset["loose"] || find("who").dataset["held"]).toBeFalsy();
  });
  it("sends what is said only while the button is held, and keeps the camera quiet as long", async () => {
    const { sent, find, piece, did, isOpen } = await speaking();
    piece();
    expect(sent).toEqual([]);
    find("hold").dispatchEvent(new PointerEvent("pointerdown", { button: 0 }));
    expect(isOpen()).toBe(true);
    piece(0.25);
    expect(sent).toEqual([480]);
    expect(find<HTMLMeterElement>("level").value).toBe(1);
    expect(find("who").textContent).toContain("现场听得到");
    find("hold").dispatchEvent(new PointerEvent("pointerup"));
    expect(isOpen()).toBe(false);
    piece();
    expect(sent).toEqual([480]);
    expect(did.at(-1)).toBe("quiet");
    vi.advanceTimersByTime(500);
    expect(did.at(-1)).toBe("loud");
  });
  it("says that the place is not heard meanwhile, to whoever hears it", async () => {
    const { made, find } = await speaking();
    expect(find("hushed").hidden).toBe(true);
    made.hears(true);
    expect(find("hushed").hidden).toBe(false);
    expect(find("hushed").textContent).toBe("说话时现场声音暂停，松开后恢复");
    find("hold").dispatchEvent(new PointerEvent("pointerdown", { button: 0 }));
    expect(find("hushed").hidden).toBe(false);
    made.message(over("left"));
    expect(find("hushed").hidden).toBe(true);
  });
  it("lets the page be heard again when it goes with the button held", async () => {
    const { made, find, did } = await speaking();
    find("hold").dispatchEvent(new PointerEvent("pointerdown", { button: 0 }));
    expect(did.at(-1)).toBe("quiet");
    made.end();
    vi.advanceTimersByTime(5000);
    expect(did.at(-1)).toBe("loud");
  });
  it("has its key in the player's list", () => {
    expect(KEY_HELP).toContainEqual(["T", "key.t"]);
  });
  it("is held with T and with space on the button, and not with a modifier", async () => {
    const { made, isOpen, find } = await speaking();
    const press = (more = {}) => made.key(new KeyboardEvent("keydown", { key: "t", ...more }));
    expect(press({ ctrlKey: true })).toBe(false);
    expect(press()).toBe(true);
    expect(isOpen()).toBe(true);
    document.dispatchEvent(new KeyboardEvent("keyup", { key: "t" }));
    expect(isOpen()).toBe(false);
    find("hold").dispatchEvent(new KeyboardEvent("keydown", { key: " " }));
    expect(isOpen()).toBe(true);
    find("hold").dispatchEvent(new KeyboardEvent("keyup", { key: " " }));
    expect(isOpen()).toBe(false);
  });
  it("stays open for whom can't hold, and lets go with the focus of the window all the same", async () => {
    const { isOpen, find } = await speaking();
    find("keep").click();
    expect(isOpen()).toBe(true);
    expect(find("keep").getAttribute("aria-pressed")).toBe("true");
    find("hold").dispatchEvent(new PointerEvent("pointerdown", { button: 0 }));
    find("hold").dispatchEvent(new PointerEvent("pointerup"));
    expect(isOpen()).toBe(true);
    window.dispatchEvent(new Event("blur"));
    expect(isOpen()).toBe(false);
    expect(find("keep").getAttribute("aria-pressed")).toBe("false");
  });
  it("shows for how long it is connected", async () => {
    const { find } = await speaking();
    vi.advanceTimersByTime(65_000);
    expect(find("time").textContent).toContain("1:05");
  });
  it.each([
    [over("failed", "no_answer"), "设备没有应答"],
    [over("failed", "unheard_of"), "原因不明"],
    [over("device"), "设备结束了通话"],
    [over("device", "gone"), "设备已离线"],
    [over("idle"), "长时间没有说话"],
    [over("crash"), "喊话已中断"],
  ])("gives the microphone back when it is over, and says why", async (says, words) => {
    const { made, did, find } = await speaking();
    made.message(says);
    expect(did).toContain("closed");
    expect(find("who").textContent).toContain(words);
    expect(find("begin").hidden).toBe(false);
  });
  it("ends by hand, with the live picture, with the line, and with the microphone", async () => {
    const byHand = await speaking();
    byHand.find("end").click();
    expect(byHand.did.slice(-2)).toEqual(["end", "closed"]);
    const back = await speaking();
    back.made.live(false);
    expect(back.did.slice(-2)).toEqual(["end", "closed"]);
    expect(back.find("who").textContent).toContain("回到实时");
    const cut = await speaking();
    cut.made.lost();
    expect(cut.did.at(-1)).toBe("closed");
    const pulled = await speaking();
    pulled.pull();
    expect(pulled.did.slice(-2)).toEqual(["end", "closed"]);
    expect(pulled.find("who").textContent).toContain("麦克风已断开");
  });
  it("names who speaks, and says what was refused", async () => {
    const { made, find } = pad();
    made.message({ ...mine("speaking"), speaker: { name: "德吉", unit: "小学", mine: false } });
    expect(find("who").textContent).toContain("德吉 · 小学 正在喊话");
    expect(find<HTMLButtonElement>("begin").disabled).toBe(true);
    const held = pad({ refuse: new Spoken("德吉", "请待对方结束。") });
    held.made.message(free);
    await held.ask();
    expect(held.find("who").textContent).toContain("德吉 正在喊话。请待对方结束。");
    expect(held.did).toContain("closed");
    const refusal = { clause: "S34(1)", reason: "当前不在值班", remedy: "请开始值班。" };
    const refused = pad({ refuse: new Refused(403, [refusal], 7) });
    refused.made.message(free);
    await refused.ask();
    expect(refused.find("who").textContent).toContain("当前不在值班");
  });
  it("ends on the worker what began though the web's answer was lost", async () => {
    const lost = pad({ refuse: new TypeError("network") });
    lost.made.message(free);
    await lost.ask();
    expect(lost.did.slice(-2)).toEqual(["end", "closed"]);
    const lacking = pad({ lacking: "none" });
    lacking.made.message(free);
    await lacking.ask();
    expect(lacking.did).not.toContain("end");
  });
  it("tells the worker that it is over where it was cancelled before leave came", async () => {
    const { made, did, find } = pad();
    made.message(free);
    find("begin").click();
    await Promise.resolve();
    made.live(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(did).not.toContain("begin 疏导人群");
    expect(find("hold").hidden).toBe(true);
  });
});

describe("the reason", () => {
  const submit = () =>
    document.querySelector("dialog form")!.dispatchEvent(new Event("submit", { cancelable: true }));
  it("is one of the usual, in Chinese for the log", async () => {
    document.documentElement.lang = "en";
    const said = askReason(document.body);
    submit();
    expect(document.querySelector("[role=alert]")!.textContent).toContain("Choose a reason");
    document.querySelector<HTMLInputElement>("input[value=dissuade]")!.checked = true;
    submit();
    expect(await said).toBe("劝阻危险行为");
    document.documentElement.lang = "";
  });
  it("is one's own words, which have to be there", async () => {
    const said = askReason(document.body);
    const words = document.querySelector<HTMLInputElement>("dialog input:not([type])")!;
    document.querySelector<HTMLInputElement>("input[value=other]")!.checked = true;
    submit();
    expect(document.querySelector("[role=alert]")!.textContent).toContain("请写明");
    words.value = " 请勿翻越护栏 ";
    submit();
    expect(await said).toBe("请勿翻越护栏");
  });
  it("is not said by whoever closes the dialog", async () => {
    const said = askReason(document.body);
    document.querySelector<HTMLButtonElement>("dialog .button--quiet")!.click();
    expect(await said).toBeNull();
  });
});

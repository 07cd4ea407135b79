// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askBell, readBell, type BellState } from "../src/net/alarms";
import { isLoud, isNews, lookOf, pauseAfter, wireAlarmBell } from "../src/page/alarm_bell";
import { AlarmSound, TONES } from "../src/page/alarm_sound";

const raw = (more: object = {}) => ({
  version: "v1",
  critical: 0,
  serious: 1,
  notice: 0,
  pressing: 0,
  newest: {
    id: "a",
    title: "校门 没有录像",
    severity: 2,
    acknowledged: false,
    href: "/upkeep/alarms/a/",
    told_at: "2",
  },
  sound: "chime",
  sound_from: 2,
  ...more,
});
const state = (more: object = {}) => readBell(raw(more)) as BellState;

describe("what the web says", () => {
  it("is read whole or not at all", () => {
    expect(state().newest?.title).toBe("校门 没有录像");
    for (const wrong of [null, 1, {}, raw({ critical: "3" }), raw({ version: 1 })])
      expect(readBell(wrong)).toBeNull();
  });
  it("leads nowhere outside this origin", () => {
    const away = { ...raw().newest, href: "//elsewhere.example/" };
    expect(state({ newest: away }).newest).toBeNull();
  });
  it("falls back to silence for a sound that is not known", () => {
    expect(state({ sound: "trumpet" }).sound).toBe("none");
  });
});

describe("asking", () => {
  afterEach(() => vi.unstubAllGlobals());
  const answers = (status: number, body: unknown = null) =>
    vi.stubGlobal("fetch", () =>
      Promise.resolve(new Response(body ? JSON.stringify(body) : null, { status })),
    );
  it.each([
    [204, null, "same"],
    [401, null, "over"],
    [403, null, "over"],
    [500, null, "away"],
    [200, raw(), "news"],
    [200, { odd: true }, "away"],
  ])("%i means %s", async (status, body, kind) => {
    answers(status, body);
    expect((await askBell("/bell", "")).kind).toBe(kind);
  });
  it("takes a lost network for nobody there", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("lost")));
    expect((await askBell("/bell", "v")).kind).toBe("away");
  });
});

describe("the bell", () => {
  it("presses only while something critical is unacknowledged", () => {
    expect(lookOf(state({ critical: 2, pressing: 1 }))).toBe("pressing");
    expect(lookOf(state({ critical: 2 }))).toBe("critical");
    expect(lookOf(state())).toBe("serious");
    expect(lookOf(state({ serious: 0 }))).toBe("none");
  });
  it("asks seldom in a hidden tab that should sound, and not at all in one that is silent", () => {
    expect(pauseAfter("same", false, false)).toBe(15_000);
    expect(pauseAfter("same", true, true)).toBe(60_000);
    expect(pauseAfter("same", true, false)).toBeNull();
    expect(pauseAfter("away", false, true)).toBe(30_000);
    expect(pauseAfter("over", false, true)).toBeNull();
  });
  it("says what is new, not what was there when the page opened, nor what goes", () => {
    const newer = { ...raw().newest, id: "b", told_at: "3" };
    expect(isNews(null, state())).toBe(false);
    expect(isNews(state(), state({ newest: newer }))).toBe(true);
    expect(isNews(state({ newest: newer }), state())).toBe(false);
    const again = { ...raw().newest, told_at: "2027-01-01T00:00:00+00:00" };
    expect(isNews(state(), state({ newest: again })), "told again").toBe(true);
    expect(isNews(state({ newest: again }), state({ newest: again }))).toBe(false);
    expect(isNews(state(), state({ newest: { ...newer, acknowledged: true } }))).toBe(false);
  });
  it("is loud from the chosen severity on", () => {
    expect(isLoud(state())).toBe(true);
    expect(isLoud(state({ sound_from: 3 }))).toBe(false);
    expect(isLoud(state({ sound: "none" }))).toBe(false);
  });
});

describe("the bell on a page", () => {
  let answer: () => Response;
  beforeEach(() => {
    vi.useFakeTimers();
    document.title = "告警";
    document.body.innerHTML =
      '<span data-bell="/bell"><button data-bell-sound hidden></button><a href="/upkeep/alarms/"><b data-bell-count></b></a><i data-bell-said></i></span>';
    answer = () => new Response(JSON.stringify(raw({ sound: "none" })));
    vi.stubGlobal("fetch", () => Promise.resolve(answer()));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    document.body.innerHTML = "";
  });
  const root = () => document.querySelector<HTMLElement>("[data-bell]") as HTMLElement;

  it("counts, and says a new one aloud once", async () => {
    wireAlarmBell();
    await vi.advanceTimersByTimeAsync(10);
    expect(root().querySelector("[data-bell-count]")?.textContent).toBe("1");
    expect(root().querySelector("[data-bell-said]")?.textContent).toBe("");
    const heard: Event[] = [];
    document.body.addEventListener("custodes:alarms", (event) => heard.push(event));
    const newer = { ...raw().newest, id: "b", title: "存储卷 a 不能写入", severity: 3, told_at: "3" };
    answer = () =>
      new Response(
        JSON.stringify(raw({ version: "v2", critical: 1, pressing: 1, newest: newer, sound: "none" })),
      );
    await vi.advanceTimersByTimeAsync(15_000);
    expect(root().querySelector("[data-bell-said]")?.textContent).toBe("新告警：存储卷 a 不能写入");
    expect(root().dataset["look"]).toBe("pressing");
    expect(document.title.startsWith("(1) ")).toBe(true);
    expect(heard).toHaveLength(1);
  });
  it("stops when the session is over, and says so", async () => {
    answer = () => new Response(null, { status: 401 });
    let asked = 0;
    vi.stubGlobal("fetch", () => (asked++, Promise.resolve(answer())));
    wireAlarmBell();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(asked).toBe(1);
    expect(root().querySelector("a")?.getAttribute("aria-label")).toContain("登录已失效");
  });
  it("does not pretend when nobody answers", async () => {
    answer = () => new Response(null, { status: 502 });
    wireAlarmBell();
    await vi.advanceTimersByTimeAsync(61_000);
    expect(root().dataset["look"]).toBe("away");
    answer = () => new Response(JSON.stringify(raw({ sound: "none" })));
    await vi.advanceTimersByTimeAsync(31_000);
    expect(root().dataset["look"]).toBe("serious");
  });
});

describe("sounds", () => {
  it("are short", () => {
    for (const tones of Object.values(TONES))
      for (const tone of tones) expect(tone.at + tone.length).toBeLessThanOrEqual(2);
  });
  it("stay silent until the browser lets them", async () => {
    const sound = new AlarmSound();
    expect(sound.ready).toBe(false);
    sound.play("siren");
    await sound.playOnce("siren");
  });
});

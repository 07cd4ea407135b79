// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StillChannel, type Still } from "../src/player/still_channel";
import { parseText, type BrowserMessage } from "../src/view/protocol";
import type { Picture, ViewSession } from "../src/view/session";

/** A session whose line stands; keeps what is said. */
class FakeSession {
  said: BrowserMessage[] = [];
  channel = 0;
  detached = 0;
  attach = (_camera: string, picture: Picture) => picture.connected();
  detach = () => void this.detached++;
  say = (_picture: Picture, message: (channel: number) => BrowserMessage) =>
    void this.said.push(message(this.channel));
  reopen = (_picture: Picture, message: (channel: number) => BrowserMessage) =>
    void this.said.push(message(++this.channel));
  get asked(): number[] {
    return this.said.flatMap((message) => (message.type === "still" ? [message.at] : []));
  }
}

const done = (at: number, reason = "span") =>
  ({ type: "still", channel: 1, at, wall_us: null, reason }) as const;

let session: FakeSession;
let heard: string[];
let channel: StillChannel;
const ask = (at: number) => channel.ask(session as unknown as ViewSession, "c", at);

beforeEach(() => {
  vi.useFakeTimers();
  session = new FakeSession();
  heard = [];
  channel = new StillChannel({
    picture: (still: Still) => void heard.push(`picture ${still.at}`),
    none: (at, reason) => void heard.push(`none ${at} ${reason}`),
    closed: () => void heard.push("closed"),
  });
});
afterEach(() => void vi.useRealTimers());

describe("a channel of stills", () => {
  it("has one wish under way, and then asks for the newest alone", () => {
    [1, 2, 3].forEach(ask);
    expect(session.asked).toEqual([1]);
    channel.message(done(1));
    expect(session.asked).toEqual([1, 3]);
    channel.message(done(3));
    expect(heard).toEqual(["none 1 span", "none 3 span"]);
    expect(session.channel).toBe(1);
  });
  it("does not ask for what the pointer has left", () => {
    [1, 2].forEach(ask);
    channel.forget();
    channel.message(done(1));
    expect(session.asked).toEqual([1]);
  });
  it("waits five seconds for an answer and heeds none that comes late", () => {
    [1, 2].forEach(ask);
    vi.advanceTimersByTime(5000);
    expect(session.asked).toEqual([1, 2]);
    channel.message(done(1, "network"));
    expect(heard).toEqual(["none 1 "]);
  });
  it("opens its channel anew behind an error or a lost connection", () => {
    ask(1);
    channel.error();
    ask(2);
    channel.disconnected();
    ask(3);
    channel.connected();
    expect(session.asked).toEqual([1, 2, 3]);
    expect(session.channel).toBe(3);
  });
  it("is closed ten seconds after the pointer left, and at once with the right to see", () => {
    ask(1);
    channel.leave();
    vi.advanceTimersByTime(9000);
    ask(2);
    vi.advanceTimersByTime(20_000);
    expect(session.detached).toBe(0);
    channel.leave();
    vi.advanceTimersByTime(10_000);
    expect(session.detached).toBe(1);
    ask(3);
    channel.lost();
    expect(session.detached).toBe(2);
    expect(heard.at(-1)).toBe("closed");
  });
  it("shows nothing when the picture did not come whole", () => {
    ask(1);
    channel.message({ ...done(1), wall_us: 1, reason: "" });
    expect(heard).toEqual(["none 1 "]);
  });
});

describe("the answer to a still", () => {
  it("is read, and refused without its wish", () => {
    expect(parseText('{"type":"still","channel":1,"at":5,"wall_us":4,"reason":""}')).toEqual({
      ...done(5, ""),
      wall_us: 4,
    });
    expect(parseText('{"type":"still","channel":1,"wall_us":4}')).toBeNull();
  });
});

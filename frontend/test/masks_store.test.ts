// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newTrack } from "../src/masks/edits";
import { readDocument, type Look } from "../src/masks/server";
import { MaskStore } from "../src/masks/store";
import type { Track } from "../src/masks/tracks";

const shape = { left: 0, top: 0, right: 10, bottom: 10 };
const plate = (number: number, more: Partial<Track> = {}): Track => ({
  ...newTrack(number, "plate", shape, 0, 90),
  ...more,
});
const document_ = (version: number, tracks: Track[], looked: unknown[] = []) => ({
  version,
  width: 10,
  height: 10,
  times: [0, 90],
  by_hand: [],
  readonly: false,
  samples: [0, 90],
  looked,
  tracks,
});

type Said = { version: number; track?: Track; looked?: number };

/** A server of a few lines; each save waits until the test lets it be answered. */
class Server {
  said: Said[] = [];
  version = 1;
  tracks: Track[];
  looked: unknown[] = [];
  answer: (said: Said) => [number, unknown] = (said) => {
    if (said.version !== this.version) return [409, { version: this.version }];
    this.version += 1;
    const number = said.track?.number ?? 7;
    return [
      200,
      { version: this.version, track: said.track ? { ...plate(number), ...said.track, number } : null },
    ];
  };

  constructor(tracks: Track[]) {
    this.tracks = tracks;
    vi.stubGlobal("fetch", (address: string, init?: RequestInit) => {
      if (address === "/tracks")
        return Promise.resolve(Response.json(document_(this.version, this.tracks, this.looked)));
      const said = JSON.parse(String(init?.body)) as Said;
      this.said.push(said);
      try {
        const [status, body] = this.answer(said);
        return Promise.resolve(Response.json(body, { status }));
      } catch {
        return Promise.reject(new TypeError("network"));
      }
    });
  }

  store(): MaskStore {
    const loaded = readDocument(document_(this.version, this.tracks, this.looked));
    return new MaskStore(loaded, { tracks: "/tracks", save: "/save" });
  }
}

const rest = () =>
  vi.waitFor(() => expect(true).toBe(true)).then(() => new Promise((done) => setTimeout(done, 20)));

beforeEach(() => document.head.replaceChildren());
afterEach(() => vi.unstubAllGlobals());

describe("changes", () => {
  it("are sent one after the other, each on the version that the last one gave", async () => {
    const server = new Server([plate(1), plate(2)]);
    const store = server.store();
    store.put({ ...plate(1), state: "accepted" });
    store.put({ ...(store.tracks.get(2) as Track), state: "accepted" });
    store.look(0, { answer: "left", kinds: ["faces"], remark: "是塑像" });
    await rest();
    expect(server.said.map((one) => one.version)).toEqual([1, 2, 3]);
    expect(server.said[2]).toEqual({
      version: 3,
      looked: 0,
      answer: "left",
      kinds: ["faces"],
      remark: "是塑像",
    });
    expect(store.unsaved).toBe(false);
  });

  it("of a track take back the answers that rested on it, but none that was given anew meanwhile", async () => {
    const server = new Server([plate(1)]);
    const store = server.store();
    store.look(0, { answer: "masked", kinds: [], remark: "" });
    await rest();
    const answer = server.answer;
    server.answer = (said) => {
      const [status, body] = answer(said);
      return [status, said.track ? { ...(body as object), unanswered: [0] } : body];
    };
    store.put({ ...plate(1), state: "rejected", left: true });
    await rest();
    expect(server.said[1]?.track?.left).toBe(true);
    expect(store.looked.has(0)).toBe(false);
    store.put({ ...plate(1), state: "accepted" });
    store.look(0, { answer: "masked", kinds: [], remark: "" });
    await rest();
    expect(store.looked.get(0)?.answer).toBe("masked");
  });

  it("an answer that the server refuses is none, and why is kept", async () => {
    const server = new Server([]);
    const store = server.store();
    server.answer = () => [422, { error: "没有遮蔽" }];
    store.look(0, { answer: "masked", kinds: [], remark: "" });
    await rest();
    expect([store.looked.has(0), store.unsaved, store.stuck]).toEqual([false, false, 0]);
    expect(store.lookError(0)).toBe("没有遮蔽");
  });

  it("made while one is on its way are sent as one, with the latest", async () => {
    const server = new Server([plate(1)]);
    const store = server.store();
    for (const growth of [1100, 1200, 1300]) store.put({ ...(store.tracks.get(1) as Track), growth });
    await rest();
    expect(server.said.map((one) => one.track?.growth)).toEqual([1100, 1300]);
    expect(store.tracks.get(1)?.growth).toBe(1300);
  });

  it("send places only where they changed", async () => {
    const server = new Server([plate(1)]);
    const store = server.store();
    const track = store.tracks.get(1) as Track;
    store.put({ ...track, state: "accepted" });
    await rest();
    store.put({ ...(store.tracks.get(1) as Track), frames: [[0, "drawn", 0, 0, 80, 80]] });
    await rest();
    expect(server.said.map((one) => one.track && "frames" in one.track)).toEqual([false, true]);
  });

  it("to a new track made before it has a number go to the number it gets", async () => {
    const server = new Server([]);
    const store = server.store();
    const made = plate(store.newNumber());
    store.put(made);
    store.put({ ...made, kind: "sign" });
    await rest();
    expect(server.said.map((one) => one.track?.number)).toEqual([null, 7]);
    expect([...store.tracks.keys()]).toEqual([7]);
    expect(store.tracks.get(7)?.kind).toBe("sign");
    expect(store.undo("x")).toBe(7);
  });

  it("that can't be sent are kept and sent again when asked", async () => {
    const server = new Server([plate(1)]);
    const { answer } = server;
    server.answer = () => {
      throw new Error("gone");
    };
    const store = server.store();
    store.put({ ...plate(1), state: "accepted" });
    await rest();
    expect([store.stuck, store.tracks.get(1)?.state]).toEqual([1, "accepted"]);
    server.answer = answer;
    store.again();
    await rest();
    expect([store.stuck, store.unsaved]).toEqual([0, false]);
  });

  it("that are refused keep the server's words until the person changes it again", async () => {
    const server = new Server([plate(1)]);
    const { answer } = server;
    server.answer = () => [422, { error: "太小" }];
    const store = server.store();
    store.put({ ...plate(1), state: "accepted" });
    await rest();
    expect(store.standing(1)).toEqual({ standing: "refused", error: "太小", status: 422 });
    server.answer = answer;
    store.put({ ...(store.tracks.get(1) as Track), growth: 2000 });
    await rest();
    expect(store.standing(1)).toBeNull();
  });
});

describe("somebody else", () => {
  it("who changed another track: theirs comes in, one's own is sent on it", async () => {
    const server = new Server([plate(1), plate(2)]);
    const store = server.store();
    server.version = 5;
    server.tracks = [plate(1), plate(2, { state: "rejected" })];
    let merged = 0;
    store.addEventListener("merged", () => (merged += 1));
    store.put({ ...(store.tracks.get(1) as Track), state: "accepted" });
    await rest();
    expect(merged).toBe(1);
    expect(server.said.map((one) => one.version)).toEqual([1, 5]);
    expect(server.said[1]?.track).not.toHaveProperty("frames");
    expect([store.tracks.get(1)?.state, store.tracks.get(2)?.state]).toEqual(["accepted", "rejected"]);
  });

  it("who changed the same track: nothing is overwritten unasked, and nothing is lost", async () => {
    const server = new Server([plate(1)]);
    const store = server.store();
    server.version = 5;
    server.tracks = [plate(1, { state: "rejected" })];
    store.put({ ...(store.tracks.get(1) as Track), state: "accepted" });
    await rest();
    expect(store.standing(1)?.standing).toBe("contested");
    expect(store.tracks.get(1)?.state).toBe("accepted");
    store.again();
    store.put({ ...(store.tracks.get(1) as Track), growth: 2000 });
    await rest();
    expect(server.said.length).toBe(1);
    expect(store.unsettled?.number).toBe(1);
    store.again(1);
    await rest();
    expect(server.said.at(-1)?.track?.state).toBe("accepted");
    expect(store.unsaved).toBe(false);
  });

  const mine: Look = { answer: "masked", kinds: [], remark: "" };

  it.each<[string, (server: Server) => void, boolean, Look | undefined]>([
    [
      "answered the picture too: theirs stands, one's own is given up",
      (server) => (server.looked = [[0, "left", "柜台后的职员", ["faces"]]]),
      true,
      { answer: "left", kinds: ["faces"], remark: "柜台后的职员" },
    ],
    [
      "uncovered somebody in it: it is to be answered anew",
      (server) => (server.tracks = [plate(1, { state: "rejected" })]),
      true,
      undefined,
    ],
    ["drew another mask in it", (server) => server.tracks.push(plate(2)), true, undefined],
    [
      "changed another picture alone: one's own is sent on it",
      (server) => {
        server.looked = [[90, "none", "", []]];
        server.tracks.push({ ...newTrack(3, "plate", shape, 45, 90) });
      },
      false,
      mine,
    ],
    [
      "has it as one gave it, of which the answer was lost",
      (server) => (server.looked = [[0, "masked", "", []]]),
      false,
      mine,
    ],
  ])("who %s", async (_what, change, overtaken, stands) => {
    const server = new Server([plate(1)]);
    const store = server.store();
    let told = -1;
    store.addEventListener("merged", (event) => {
      told = (event as CustomEvent<{ overtaken: number }>).detail.overtaken;
    });
    server.version = 5;
    change(server);
    store.look(0, mine);
    await rest();
    expect([told, store.overtaken(0), store.unsaved]).toEqual([overtaken ? 1 : 0, overtaken, false]);
    expect(store.looked.get(0)).toEqual(stands);
    expect(server.said.length).toBe(_what.includes("alone") ? 2 : 1);
    store.look(0, mine);
    await rest();
    expect([store.overtaken(0), store.looked.get(0)]).toEqual([false, mine]);
  });

  it("whose change is taken instead of one's own", async () => {
    const server = new Server([plate(1)]);
    const store = server.store();
    server.version = 5;
    server.tracks = [plate(1, { state: "rejected" })];
    store.put({ ...(store.tracks.get(1) as Track), state: "accepted" });
    await rest();
    store.giveUp(1);
    expect([store.tracks.get(1)?.state, store.unsaved, store.canUndo]).toEqual(["rejected", false, false]);
  });
});

// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newTrack } from "../src/masks/edits";
import { readDocument } from "../src/masks/server";
import { MaskStore } from "../src/masks/store";
import type { Track } from "../src/masks/tracks";

const shape = { left: 0, top: 0, right: 10, bottom: 10 };
const plate = (number: number, more: Partial<Track> = {}): Track => ({
  ...newTrack(number, "plate", shape, 0, 90),
  ...more,
});
const document_ = (version: number, tracks: Track[]) => ({
  version,
  width: 10,
  height: 10,
  times: [0, 90],
  by_hand: [],
  readonly: false,
  samples: [0],
  looked: [],
  tracks,
});

type Said = { version: number; track?: Track; looked?: number };

/** A server of a few lines; each save waits until the test lets it be answered. */
class Server {
  said: Said[] = [];
  version = 1;
  tracks: Track[];
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
      if (address === "/tracks") return Promise.resolve(Response.json(document_(this.version, this.tracks)));
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
    const loaded = readDocument(document_(this.version, this.tracks));
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
    store.look(0);
    await rest();
    expect(server.said.map((one) => one.version)).toEqual([1, 2, 3]);
    expect(store.unsaved).toBe(false);
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

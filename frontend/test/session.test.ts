// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refused, readGrant, type Grant } from "../src/net/api";
import { backoff } from "../src/view/backoff";
import { renewAfter } from "../src/view/renewal";
import { ViewSession, type Loss, type Picture, type Reach } from "../src/view/session";

class FakeSocket extends EventTarget {
  binaryType = "";
  readyState = 0;
  sent: { type: string; [field: string]: unknown }[] = [];
  constructor(readonly url: string) {
    super();
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  receive(message: unknown) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
  grant() {
    this.open();
    this.receive({ type: "granted", grant: "g", index: 1, watermark: "w", now_us: Date.now() * 1000 });
  }
  lose(code: number) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

const expires = () => (Date.now() + 60_000) * 1000;
const sockets = (n = 1) =>
  Array.from({ length: n }, (_, i) => ({ url: `ws://n/${i}`, token: "t", cameras: [`c${i}`] }));
const grant = (n = 1): Grant => ({
  grant: "g",
  index: 1,
  watermark: "w",
  live: true,
  backSeconds: 1800,
  span: null,
  expiresUs: expires(),
  sockets: sockets(n),
  withheld: [],
});
const vote = { clause: "S10(3)", reason: "正在投票", remedy: "m" };
const without = (...cameras: string[]) => ({
  sockets: sockets(2).filter(({ cameras: [camera] }) => !cameras.includes(camera as string)),
  withheld: [{ cameras, refusals: [vote] }],
  expiresUs: expires(),
});

class Watcher implements Picture {
  log: string[] = [];
  loss: Loss | null = null;
  connected = () => void this.log.push("connected");
  disconnected = () => void this.log.push("disconnected");
  lost = (loss: Loss) => void ((this.loss = loss), this.log.push("lost"));
  message = () => void this.log.push("message");
  binary = () => undefined;
  error = () => undefined;
}

let made: FakeSocket[];
let reach: Reach & { createView: ReturnType<typeof vi.fn>; renewView: ReturnType<typeof vi.fn> };

beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  reach = {
    createView: vi.fn(async () => grant()),
    renewView: vi.fn(async () => ({ sockets: sockets(), withheld: [], expiresUs: expires() })),
    endView: vi.fn(),
    socket: (url) => {
      made.push(new FakeSocket(url));
      return made.at(-1) as unknown as WebSocket;
    },
  };
});
afterEach(() => void vi.useRealTimers());

async function watching(): Promise<{ session: ViewSession; watcher: Watcher }> {
  const session = new ViewSession({ cameras: ["c0"], live: true }, reach);
  const watcher = new Watcher();
  session.attach("c0", watcher);
  await vi.advanceTimersByTimeAsync(0);
  return { session, watcher };
}

describe("a session", () => {
  it("sends the token first and a channel's messages only when granted", async () => {
    const { session, watcher } = await watching();
    session.reopen(watcher, (channel) => ({ type: "pause", channel }));
    made[0]?.open();
    expect(made[0]?.sent.map((message) => message.type)).toEqual(["token"]);
    made[0]?.grant();
    expect(made[0]?.sent.at(-1)).toEqual({ type: "pause", channel: 0 });
  });
  it("shares one socket between the pictures of a worker", async () => {
    const { session } = await watching();
    session.attach("c0", new Watcher());
    expect(made).toHaveLength(1);
  });
  it("renews on the socket before the tokens end", async () => {
    const { session } = await watching();
    made[0]?.grant();
    await vi.advanceTimersByTimeAsync(41_000);
    expect(reach.renewView).toHaveBeenCalledTimes(1);
    expect(made).toHaveLength(1);
    expect(made[0]?.sent.filter((message) => message.type === "token")).toHaveLength(2);
    session.end();
  });
  it("comes back with a fresh token after a lost connection, and slower each time", async () => {
    const { watcher } = await watching();
    made[0]?.grant();
    made[0]?.lose(1006);
    expect(watcher.log).toEqual(["connected", "disconnected"]);
    await vi.advanceTimersByTimeAsync(800);
    expect(reach.renewView).toHaveBeenCalledTimes(1);
    expect(made).toHaveLength(2);
    made[1]?.lose(1006);
    await vi.advanceTimersByTimeAsync(700);
    expect(reach.renewView).toHaveBeenCalledTimes(1);
  });
  it("tells every picture when the right is lost, and tries no more", async () => {
    const { watcher } = await watching();
    made[0]?.grant();
    made[0]?.receive({ type: "stopped", reason: "revoked", clause: "S34(1)", detail: "d" });
    made[0]?.lose(4410);
    expect(watcher.loss).toMatchObject({ kind: "stopped", reason: "revoked", clause: "S34(1)" });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(reach.renewView).not.toHaveBeenCalled();
  });
  it("stops the picture when the renewal is refused", async () => {
    const { watcher } = await watching();
    made[0]?.grant();
    reach.renewView.mockRejectedValue(new Refused(403, [{ clause: "S34(1)", reason: "r", remedy: "m" }], 3));
    await vi.advanceTimersByTimeAsync(41_000);
    expect(watcher.loss?.kind).toBe("refused");
    expect(made[0]?.readyState).toBe(3);
  });
  it("goes on with its socket while the web is away, and tries again", async () => {
    const { watcher } = await watching();
    made[0]?.grant();
    reach.renewView.mockRejectedValue(new TypeError("network"));
    await vi.advanceTimersByTimeAsync(43_000);
    expect(watcher.log).toEqual(["connected"]);
    expect(reach.renewView.mock.calls.length).toBeGreaterThan(1);
  });
  it("asks anew when the web no longer knows the grant", async () => {
    const { watcher } = await watching();
    made[0]?.grant();
    reach.renewView.mockRejectedValue(new Refused(404, [], null));
    await vi.advanceTimersByTimeAsync(41_000);
    expect(reach.createView).toHaveBeenCalledTimes(2);
    expect(watcher.log.at(-1)).toBe("connected");
  });
  it("holds no socket in the background and asks for fresh tokens when it is back", async () => {
    const { session, watcher } = await watching();
    made[0]?.grant();
    session.suspend();
    expect(made[0]?.readyState).toBe(3);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(reach.renewView).not.toHaveBeenCalled();
    session.resume();
    await vi.advanceTimersByTimeAsync(0);
    expect(made).toHaveLength(2);
    expect(watcher.log.at(-1)).toBe("connected");
  });
  it("says that the service is away when nobody could decide", async () => {
    reach.createView.mockRejectedValue(new Refused(503, [{ clause: "", reason: "r", remedy: "m" }], null));
    const { watcher } = await watching();
    expect(watcher.loss?.kind).toBe("service");
  });
  it("ends its grant once", async () => {
    const { session } = await watching();
    session.end();
    session.end();
    expect(reach.endView).toHaveBeenCalledTimes(1);
  });
});

describe("a camera of several that may not be shown any more", () => {
  async function wall(opened: Grant = grant(2)): Promise<{ session: ViewSession; tiles: Watcher[] }> {
    reach.createView.mockResolvedValue(opened);
    const session = new ViewSession({ cameras: ["c0", "c1"], live: true }, reach);
    const tiles = [new Watcher(), new Watcher()];
    tiles.forEach((tile, at) => session.attach(`c${at}`, tile));
    await vi.advanceTimersByTimeAsync(0);
    made.forEach((socket) => socket.grant());
    return { session, tiles };
  }

  it("stops its own picture with the clause, and the others go on", async () => {
    const { session, tiles } = await wall();
    reach.renewView.mockResolvedValue(without("c1"));
    await vi.advanceTimersByTimeAsync(41_000);
    expect(tiles[1]?.loss).toMatchObject({ kind: "refused", refused: { refusals: [vote] } });
    expect(tiles[0]?.log).toEqual(["connected"]);
    expect(session.loss).toBeNull();
    // The worker of which nothing is left is not waited for: its token would run out.
    expect(made.map((socket) => socket.readyState)).toEqual([1, 3]);
    await vi.advanceTimersByTimeAsync(41_000);
    expect(tiles[1]?.log).toEqual(["connected", "lost"]);
  });
  it("comes back by itself with the renewal that brings it", async () => {
    const { tiles } = await wall();
    reach.renewView.mockResolvedValueOnce(without("c1"));
    await vi.advanceTimersByTimeAsync(41_000);
    reach.renewView.mockResolvedValue({ sockets: sockets(2), withheld: [], expiresUs: expires() });
    await vi.advanceTimersByTimeAsync(41_000);
    expect(made).toHaveLength(3);
    expect(tiles[1]?.log).toEqual(["connected", "lost", "connected"]);
    expect(tiles[0]?.log).toEqual(["connected"]);
  });
  it("is said from the beginning when it was so then", async () => {
    const { tiles } = await wall({ ...grant(2), ...without("c1") });
    expect(tiles[1]?.loss).toMatchObject({ kind: "refused", refused: { refusals: [vote] } });
    expect(tiles[0]?.log).toEqual(["connected"]);
    expect(made).toHaveLength(1);
  });
  it("takes its tile out for good when the tile is put away", async () => {
    const { session, tiles } = await wall();
    reach.renewView.mockResolvedValueOnce(without("c1"));
    await vi.advanceTimersByTimeAsync(41_000);
    session.detach(tiles[1] as Watcher);
    reach.renewView.mockResolvedValue({ sockets: sockets(2), withheld: [], expiresUs: expires() });
    await vi.advanceTimersByTimeAsync(41_000);
    expect(tiles[1]?.log).toEqual(["connected", "lost"]);
  });
});

describe("what the web answers", () => {
  it("is a grant only when nothing is missing", () => {
    const answer = { grant: "g", index: 1, watermark: "w", live: true, back_seconds: 9, span: null, expires: "2026-01-01T00:00:00Z", sockets: [] }; // prettier-ignore
    expect(readGrant(answer)?.backSeconds).toBe(9);
    expect(readGrant({ ...answer, grant: 7 })).toBeNull();
    expect(readGrant({ ...answer, sockets: [{}] })).toBeNull();
    expect(readGrant("<html>")).toBeNull();
    const parted = readGrant({ ...answer, withheld: [{ cameras: ["c"], refusal: [vote] }] });
    expect(parted?.withheld).toEqual([{ cameras: ["c"], refusals: [vote] }]);
  });
});

describe("waiting", () => {
  it("doubles up to fifteen seconds, with jitter", () => {
    expect(backoff(0, () => 0.5)).toBe(0.5);
    expect(backoff(3, () => 0.5)).toBe(4);
    expect(backoff(50, () => 1)).toBeLessThan(19);
  });
  it("renews within the token's life", () => {
    expect(renewAfter(60e6, 0)).toBe(40);
    expect(renewAfter(6e6, 0)).toBe(4);
    expect(renewAfter(0, 60e6)).toBe(2);
    expect(renewAfter(NaN, 0)).toBe(40);
  });
});

/**
 * One grant and its sockets, shared by all pictures that it covers: asks, renews before the tokens end, comes back after
 * a lost connection, and tells its pictures when the right to see is gone.
 */
import {
  createView,
  endView,
  Refused,
  renewView,
  type Grant,
  type Refusal,
  type Renewed,
  type SocketGrant,
  type ViewWish,
} from "../net/api";
import { ServerClock } from "../player/age";
import { backoff } from "./backoff";
import type { BrowserMessage, CloseReason, Granted, Stopped } from "./protocol";
import { renewAfter } from "./renewal";
import { ViewSocket, type ChannelListener, type SocketFactory } from "./socket";

/** Why nothing is shown: refused by the rules, stopped while watching, out of service. */
export type Loss =
  | { kind: "refused"; refused: Refused }
  | { kind: "stopped"; reason: string; clause: string; detail: string }
  | { kind: "service"; refused: Refused | null };

export interface Picture extends ChannelListener {
  /** The worker is there (again): the channel must be opened. */
  connected(): void;
  /** The connection is lost and will be tried again in `seconds`; the node may have said that it restarts. */
  disconnected(attempt: number, seconds: number, restarting: boolean): void;
  /** The right to see is gone, or can't be asked for; nothing more will come by itself. */
  lost(loss: Loss): void;
}

/** How the session reaches the outside; replaced in tests. */
export interface Reach {
  createView(wish: ViewWish): Promise<Grant>;
  renewView(grant: string): Promise<Renewed>;
  endView(grant: string): void;
  socket?: SocketFactory;
}

const REACH: Reach = { createView, renewView, endView };

class Line {
  socket: ViewSocket | null = null;
  readonly pictures = new Map<Picture, number | null>();
}

export class ViewSession {
  readonly clock = new ServerClock();
  readonly wish: ViewWish;
  grant: Grant | null = null;
  loss: Loss | null = null;
  /** Cameras that may be heard, as the workers have said. */
  readonly sounding = new Set<string>();
  readonly #reach: Reach;
  readonly #lines = new Map<string, Line>();
  readonly #waiting = new Map<Picture, string>();
  /** The camera of each picture on the session, also of those that are not shown for now. */
  readonly #cameras = new Map<Picture, string>();
  #withheld: ReadonlyMap<string, readonly Refusal[]> = new Map();
  #sockets: readonly SocketGrant[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #restarting = false;
  #asking = false;
  #suspended = false;
  #ended = false;

  constructor(wish: ViewWish, reach: Reach = REACH) {
    this.wish = wish;
    this.#reach = reach;
  }

  /** A session for a grant that the page was given. */
  static of(grant: Grant, reach: Reach = REACH): ViewSession {
    const cameras = [...grant.sockets, ...grant.withheld].flatMap((share) => share.cameras);
    const session = new ViewSession({ cameras, live: grant.live, span: grant.span }, reach);
    session.#take(grant);
    return session;
  }

  /** Puts a picture of `camera` on the session; it hears `connected` as soon as it may open its channel. */
  attach(camera: string, picture: Picture): void {
    if (this.loss) return picture.lost(this.loss);
    this.#cameras.set(picture, camera);
    if (this.#withheld.has(camera)) return this.#withhold(picture, camera);
    this.#waiting.set(picture, camera);
    if (this.grant && this.#sockets.length > 0) this.#place();
    else void this.#ask();
  }

  detach(picture: Picture): void {
    this.#cameras.delete(picture);
    this.#takeOff(picture);
  }

  #takeOff(picture: Picture): void {
    this.#waiting.delete(picture);
    for (const line of this.#lines.values()) {
      const channel = line.pictures.get(picture);
      line.pictures.delete(picture);
      if (channel !== null && channel !== undefined) line.socket?.remove(channel);
    }
  }

  /** Says something on the picture's channel; `open` takes a new channel, other messages need one. */
  say(picture: Picture, message: (channel: number) => BrowserMessage): void {
    for (const line of this.#lines.values()) {
      if (!line.pictures.has(picture) || !line.socket) continue;
      const channel = line.pictures.get(picture);
      if (channel !== null && channel !== undefined) line.socket.say(message(channel));
    }
  }

  /** Sends sound on the picture's channel, for its camera's loudspeaker. */
  sound(picture: Picture, message: (channel: number) => Uint8Array<ArrayBuffer>): void {
    for (const line of this.#lines.values()) {
      const channel = line.pictures.get(picture);
      if (channel !== null && channel !== undefined) line.socket?.sound(message(channel));
    }
  }

  /** A fresh channel for the picture, in place of the one it had. */
  reopen(picture: Picture, message: (channel: number) => BrowserMessage): void {
    for (const line of this.#lines.values()) {
      if (!line.pictures.has(picture) || !line.socket) continue;
      const old = line.pictures.get(picture);
      if (old !== null && old !== undefined) line.socket.remove(old);
      const channel = line.socket.add(picture);
      line.pictures.set(picture, channel);
      line.socket.say(message(channel));
    }
  }

  /** The page went to the background: no socket, no renewal, until `resume`. */
  suspend(): void {
    if (this.#suspended) return;
    this.#suspended = true;
    clearTimeout(this.#timer);
    this.#dropSockets();
  }

  resume(): void {
    if (!this.#suspended) return;
    this.#suspended = false;
    if (!this.loss && !this.#ended) void this.#renew();
  }

  /** Nobody looks any more. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#dropSockets();
    this.#forgetPictures();
    if (this.grant) this.#reach.endView(this.grant.grant);
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#ended || this.#suspended) return;
    this.#asking = true;
    try {
      const grant = await this.#reach.createView(this.wish);
      if (this.#ended) this.#reach.endView(grant.grant);
      else this.#take(grant);
    } catch (error) {
      this.#failed(error, false);
    } finally {
      this.#asking = false;
    }
  }

  async #renew(): Promise<void> {
    if (!this.grant) return this.#ask();
    if (this.#asking || this.#ended || this.#suspended) return;
    this.#asking = true;
    let again = false;
    try {
      const renewed = await this.#reach.renewView(this.grant.grant);
      if (!this.#ended && !this.#suspended) this.#fresh(renewed);
    } catch (error) {
      // A grant that the web no longer knows is asked for anew, so that the decision is made and recorded again.
      again = error instanceof Refused && (error.status === 404 || error.status === 410);
      if (!again) this.#failed(error, true);
    } finally {
      this.#asking = false;
    }
    if (!again) return;
    this.grant = null;
    this.#dropSockets();
    await this.#ask();
  }

  #take(grant: Grant): void {
    this.grant = grant;
    this.#fresh(grant);
  }

  #fresh({ sockets, withheld, expiresUs }: Renewed): void {
    const before = this.#withheld;
    this.#sockets = sockets;
    this.#withheld = new Map(
      withheld.flatMap(({ cameras, refusals }) => cameras.map((camera) => [camera, refusals] as const)),
    );
    for (const [picture, camera] of this.#cameras) {
      if (this.#withheld.has(camera)) {
        if (!before.has(camera)) this.#withhold(picture, camera);
      } else if (before.has(camera)) this.#waiting.set(picture, camera);
    }
    this.#closeOthers();
    for (const { url, token } of sockets) this.#lines.get(url)?.socket?.renew(token);
    this.#place();
    this.#schedule(renewAfter(expiresUs, this.clock.now()));
  }

  /** One camera of several is not shown for now; its picture comes back when a renewal brings the camera. */
  #withhold(picture: Picture, camera: string): void {
    this.#takeOff(picture);
    const refused = new Refused(403, this.#withheld.get(camera) ?? [], null);
    picture.lost({ kind: "refused", refused });
  }

  /** Workers of which no camera is left: their token would run out, and that would look like the end of the whole look. */
  #closeOthers(): void {
    for (const [url, line] of this.#lines) {
      if (this.#sockets.some((socket) => socket.url === url)) continue;
      line.socket?.close();
      this.#lines.delete(url);
      for (const picture of line.pictures.keys()) {
        const camera = this.#cameras.get(picture);
        if (camera !== undefined) this.#waiting.set(picture, camera);
      }
    }
  }

  #schedule(seconds: number): void {
    clearTimeout(this.#timer);
    if (!this.#ended && !this.#suspended) this.#timer = setTimeout(() => void this.#renew(), seconds * 1000);
  }

  /** Gives each waiting picture its line, and each line with pictures its socket. */
  #place(): void {
    for (const [picture, camera] of [...this.#waiting]) {
      const grant = this.#sockets.find((socket) => socket.cameras.includes(camera));
      this.#waiting.delete(picture);
      if (!grant) {
        picture.lost({ kind: "service", refused: null });
        continue;
      }
      const line = this.#line(grant.url);
      line.pictures.set(picture, null);
      if (line.socket) picture.connected();
    }
    for (const { url, token } of this.#sockets) {
      const line = this.#lines.get(url);
      if (!line || line.socket || line.pictures.size === 0) continue;
      line.socket = this.#connect(url, token, line);
      for (const picture of [...line.pictures.keys()]) picture.connected();
    }
  }

  #line(url: string): Line {
    let line = this.#lines.get(url);
    if (!line) this.#lines.set(url, (line = new Line()));
    return line;
  }

  #connect(url: string, token: string, line: Line): ViewSocket {
    const listener = {
      granted: (message: Granted) => {
        this.#attempt = 0;
        this.#restarting = false;
        const share = this.#sockets.find((socket) => socket.url === url)?.cameras ?? [];
        for (const camera of share) this.sounding.delete(camera);
        for (const camera of message.sound) this.sounding.add(camera);
        this.clock.note(message.now_us, Date.now() * 1000);
      },
      stopped: (message: Stopped) => this.#stopped(message),
      closed: (reason: CloseReason) => this.#closed(line, reason),
    };
    return new ViewSocket(url, token, listener, this.#reach.socket);
  }

  #stopped(message: Stopped): void {
    if (message.reason === "restart") {
      this.#restarting = true;
      return;
    }
    this.#lose({ kind: "stopped", reason: message.reason, clause: message.clause, detail: message.detail });
  }

  #closed(line: Line, reason: CloseReason): void {
    line.socket = null;
    for (const picture of line.pictures.keys()) line.pictures.set(picture, null);
    if (this.#ended || this.#suspended || this.loss) return;
    if (reason === "origin") return this.#lose({ kind: "service", refused: null });
    if (reason === "revoked") return this.#lose({ kind: "stopped", reason, clause: "", detail: "" });
    if (reason === "restart") this.#restarting = true;
    this.#again();
  }

  #failed(error: unknown, watching: boolean): void {
    if (this.#ended || this.#suspended) return;
    if (error instanceof Refused && error.status < 500 && error.status !== 429) {
      const asked = error.status === 403 || !watching;
      this.#lose(asked ? { kind: "refused", refused: error } : { kind: "service", refused: error });
    } else if (!watching && error instanceof Refused) this.#lose({ kind: "service", refused: error });
    else this.#again();
  }

  /** Tries again after a while; sockets that still stand go on. */
  #again(): void {
    const seconds = backoff(this.#attempt++);
    this.#schedule(seconds);
    const without = [...this.#lines.values()].filter((line) => !line.socket);
    for (const line of without)
      for (const picture of line.pictures.keys())
        picture.disconnected(this.#attempt, seconds, this.#restarting);
    for (const picture of this.#waiting.keys())
      picture.disconnected(this.#attempt, seconds, this.#restarting);
  }

  #lose(loss: Loss): void {
    if (this.loss) return;
    this.loss = loss;
    clearTimeout(this.#timer);
    const pictures = [...this.#cameras.keys()];
    this.#dropSockets();
    this.#forgetPictures();
    for (const picture of pictures) picture.lost(loss);
  }

  #forgetPictures(): void {
    this.#waiting.clear();
    this.#lines.clear();
    this.#cameras.clear();
  }

  #dropSockets(): void {
    for (const line of this.#lines.values()) {
      line.socket?.close();
      line.socket = null;
      for (const picture of line.pictures.keys()) line.pictures.set(picture, null);
    }
  }
}

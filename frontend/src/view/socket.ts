/**
 * One WebSocket to one worker, with its channels. It knows the protocol and nothing of grants: whoever owns it renews
 * the token and opens another when this one is gone. A closed socket is not used again.
 */
import type { Binary, BrowserMessage, ChannelMessage, CloseReason, Granted, Stopped } from "./protocol";
import { SUBPROTOCOL, closeReason, parseBinary, parseText } from "./protocol";

export interface ChannelListener {
  message(message: ChannelMessage): void;
  binary(fragment: Binary): void;
  error(detail: string): void;
}

export interface SocketListener {
  granted(message: Granted): void;
  stopped(message: Stopped): void;
  closed(reason: CloseReason): void;
}

export type SocketFactory = (url: string, protocol: string) => WebSocket;

const openWebSocket: SocketFactory = (url, protocol) => new WebSocket(url, protocol);

/** Octets of sound, a second and a half. */
const MOST_WAITING = 12_000;

export class ViewSocket {
  readonly #socket: WebSocket;
  readonly #listener: SocketListener;
  readonly #channels = new Map<number, ChannelListener>();
  readonly #waiting: BrowserMessage[] = [];
  #granted = false;
  #closed = false;
  #next = 0;
  /** Messages that were not the protocol's. */
  rejected = 0;

  constructor(url: string, token: string, listener: SocketListener, factory: SocketFactory = openWebSocket) {
    this.#listener = listener;
    this.#socket = factory(url, SUBPROTOCOL);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("open", () => this.#send({ type: "token", token }));
    this.#socket.addEventListener("message", (event: MessageEvent<unknown>) => this.#receive(event.data));
    this.#socket.addEventListener("close", (event: CloseEvent) => this.#gone(closeReason(event.code)));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A number for a new channel, and who hears what comes on it. */
  add(listener: ChannelListener): number {
    const channel = this.#next;
    this.#next = (this.#next + 1) & 0xffff;
    this.#channels.set(channel, listener);
    return channel;
  }

  /** Forgets a channel and tells the worker. */
  remove(channel: number): void {
    if (this.#channels.delete(channel)) this.say({ type: "close", channel });
  }

  /** Sends a message, once the worker has granted. */
  say(message: BrowserMessage): void {
    if (this.#closed) return;
    if (this.#granted) this.#send(message);
    else this.#waiting.push(message);
  }

  /** Sends sound. What waits for a slow line is too late to be heard: it is not sent at all. */
  sound(message: Uint8Array<ArrayBuffer>): void {
    if (this.#closed || !this.#granted || this.#socket.bufferedAmount > MOST_WAITING) return;
    this.#socket.send(message);
  }

  renew(token: string): void {
    if (!this.#closed && this.#socket.readyState === WebSocket.OPEN) this.#send({ type: "token", token });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channels.clear();
    this.#socket.close(1000);
  }

  #send(message: BrowserMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  #receive(data: unknown): void {
    if (this.#closed) return;
    if (data instanceof ArrayBuffer) {
      const fragment = parseBinary(data);
      if (fragment) this.#channels.get(fragment.channel)?.binary(fragment);
      else this.rejected++;
      return;
    }
    const message = typeof data === "string" ? parseText(data) : null;
    if (!message) this.rejected++;
    else if (message.type === "granted") this.#grant(message);
    else if (message.type === "stopped") this.#listener.stopped(message);
    else if (message.type !== "error") this.#channels.get(message.channel)?.message(message);
    else if (message.channel !== null) this.#channels.get(message.channel)?.error(message.detail);
  }

  #grant(message: Granted): void {
    this.#granted = true;
    for (const each of this.#waiting.splice(0)) this.#send(each);
    this.#listener.granted(message);
  }

  #gone(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channels.clear();
    this.#listener.closed(reason);
  }
}

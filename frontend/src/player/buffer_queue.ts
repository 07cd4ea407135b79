/**
 * The operations of one SourceBuffer, in order: it takes one at a time and is busy until `updateend`. Small fragments
 * that waited are appended together, so that a busy moment doesn't grow into a delay.
 */
export interface BufferTarget {
  readonly updating: boolean;
  appendBuffer(data: BufferSource): void;
  remove(start: number, end: number): void;
  changeType(type: string): void;
  addEventListener(type: "updateend" | "error", listener: () => void): void;
}

type Operation =
  | { kind: "append"; bytes: Uint8Array }
  | { kind: "remove"; from: number; to: number }
  | { kind: "type"; mime: string };

export interface QueueListener {
  /** An operation is done. */
  settled(): void;
  /** The buffer is full; returns media time before which pictures may go. */
  full(): number;
  failed(error: unknown): void;
}

const MOST_JOINED_BYTES = 1 << 20;

export class BufferQueue {
  readonly #target: BufferTarget;
  readonly #listener: QueueListener;
  #operations: Operation[] = [];
  #freed = false;

  constructor(target: BufferTarget, listener: QueueListener) {
    this.#target = target;
    this.#listener = listener;
    target.addEventListener("updateend", () => {
      this.#listener.settled();
      this.#pump();
    });
    target.addEventListener("error", () =>
      this.#listener.failed(new Error("the source buffer refused the data")),
    );
  }

  get waiting(): number {
    return this.#operations.length;
  }

  append(bytes: Uint8Array): void {
    this.#push({ kind: "append", bytes });
  }

  changeType(mime: string): void {
    this.#push({ kind: "type", mime });
  }

  /** Removes what is before media time `to`. */
  removeBefore(to: number): void {
    if (to > 0) this.#push({ kind: "remove", from: 0, to });
  }

  /** Forgets the data that waits and removes everything that is buffered; changes of type still happen. */
  clear(): void {
    this.#operations = this.#operations.filter((operation) => operation.kind === "type");
    this.#push({ kind: "remove", from: 0, to: Infinity });
  }

  #push(operation: Operation): void {
    this.#operations.push(operation);
    this.#pump();
  }

  #pump(): void {
    while (!this.#target.updating) {
      const operation = this.#operations.shift();
      if (!operation) return;
      try {
        this.#run(operation);
      } catch (error) {
        if (!this.#makeRoom(operation, error)) return this.#listener.failed(error);
      }
    }
  }

  #run(operation: Operation): void {
    if (operation.kind === "append") {
      this.#target.appendBuffer(this.#joined(operation.bytes) as Uint8Array<ArrayBuffer>);
      this.#freed = false;
    } else if (operation.kind === "remove") this.#target.remove(operation.from, operation.to);
    else this.#target.changeType(operation.mime);
  }

  /** `first` and the appends that stand right behind it. */
  #joined(first: Uint8Array): Uint8Array {
    const parts = [first];
    let size = first.byteLength;
    for (let next = this.#operations[0]; next?.kind === "append"; next = this.#operations[0]) {
      if (size + next.bytes.byteLength > MOST_JOINED_BYTES) break;
      this.#operations.shift();
      parts.push(next.bytes);
      size += next.bytes.byteLength;
    }
    if (parts.length === 1) return first;
    const whole = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.byteLength;
    }
    return whole;
  }

  /** After a full buffer: old pictures go once, then the operation is tried again. */
  #makeRoom(operation: Operation, error: unknown): boolean {
    if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") return false;
    const before = this.#listener.full();
    if (this.#freed || before <= 0) return false;
    this.#freed = true;
    this.#operations.unshift({ kind: "remove", from: 0, to: before }, operation);
    return true;
  }
}

/**
 * The audio worklet: what the microphone hears as pieces of A-law, 60 ms each, with how loud it was. It runs beside the page
 * in a thread of the browser's, so that a busy page makes no holes.
 */
import { encode } from "./alaw";
import { RATE, Resampler } from "./resample";

/** What the page gets. */
export interface Piece {
  readonly octets: Uint8Array<ArrayBuffer>;
  /** Root mean square, 0 to 1. */
  readonly level: number;
}

export const PIECE = (RATE * 60) / 1000;

/** Gathers samples at 8 kHz into pieces. */
export class Gatherer {
  readonly #resampler: Resampler;
  readonly #give: (piece: Piece) => void;
  readonly #samples = new Float32Array(PIECE);
  #filled = 0;

  constructor(rate: number, give: (piece: Piece) => void) {
    this.#resampler = new Resampler(rate);
    this.#give = give;
  }

  take(block: Float32Array): void {
    for (const sample of this.#resampler.push(block)) {
      this.#samples[this.#filled++] = sample;
      if (this.#filled < PIECE) continue;
      this.#filled = 0;
      const power = this.#samples.reduce((sum, one) => sum + one * one, 0) / PIECE;
      this.#give({ octets: encode(this.#samples), level: Math.min(1, Math.sqrt(power)) });
    }
  }
}

interface Processor {
  readonly port: MessagePort;
}
declare const AudioWorkletProcessor: (new () => Processor) | undefined;
declare const registerProcessor: (name: string, kind: unknown) => void;
declare const sampleRate: number;

if (typeof AudioWorkletProcessor !== "undefined") {
  class Capture extends AudioWorkletProcessor {
    readonly #gatherer = new Gatherer(sampleRate, (piece) =>
      this.port.postMessage(piece, [piece.octets.buffer]),
    );

    process(inputs: Float32Array[][]): boolean {
      const heard = inputs[0]?.[0];
      if (heard) this.#gatherer.take(heard);
      return true;
    }
  }
  registerProcessor("custodes-capture", Capture);
}

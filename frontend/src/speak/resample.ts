/**
 * From a microphone's rate to 8 kHz: a windowed sinc below half of it, so that what a telephone line can't carry doesn't
 * fold back into what it can. Blocks of any length go in, whatever comes of them comes out; nothing is lost between them.
 */
export const RATE = 8000;

/** Zero crossings of the sinc on each side. */
const LOBES = 16;
/** The edge of what passes, in parts of half the lower rate. */
const EDGE = 0.9;
/** Positions between two samples for which the kernel is kept. */
const PHASES = 64;

export class Resampler {
  readonly #step: number;
  readonly #half: number;
  readonly #kernels: readonly Float32Array[];
  /** Samples that the next output may need; the first `half` are silence before the beginning. */
  #kept: Float32Array;
  /** Where the next output lies, in samples of `#kept`. */
  #at: number;

  constructor(from: number, to = RATE) {
    this.#step = from / to;
    const edge = (EDGE * Math.min(from, to)) / 2 / from; // cycles per sample of the input
    this.#half = Math.ceil(LOBES / (2 * edge));
    this.#kernels = Array.from({ length: PHASES }, (_, phase) => kernel(this.#half, edge, phase / PHASES));
    this.#kept = new Float32Array(this.#half);
    this.#at = this.#half;
  }

  push(block: Float32Array): Float32Array {
    const held = new Float32Array(this.#kept.length + block.length);
    held.set(this.#kept);
    held.set(block, this.#kept.length);
    const made: number[] = [];
    while (Math.floor(this.#at) + this.#half < held.length) {
      made.push(this.#sample(held));
      this.#at += this.#step;
    }
    // What lies before the next output's reach is not needed again.
    const gone = Math.min(held.length, Math.max(0, Math.floor(this.#at) - this.#half));
    this.#kept = held.slice(gone);
    this.#at -= gone;
    return Float32Array.from(made);
  }

  #sample(held: Float32Array): number {
    let middle = Math.floor(this.#at);
    let phase = Math.round((this.#at - middle) * PHASES);
    if (phase === PHASES) [middle, phase] = [middle + 1, 0];
    const taps = this.#kernels[phase]!;
    const first = middle - this.#half;
    let sum = 0;
    for (let n = 0; n < taps.length; n++) sum += taps[n]! * (held[first + n] ?? 0);
    return sum;
  }
}

/** Weights of the samples from `half` before to `half` behind, for a point `part` of the way to the next. They add up to 1. */
function kernel(half: number, edge: number, part: number): Float32Array {
  const weights = Array.from({ length: 2 * half + 1 }, (_, n) => {
    const x = n - half - part;
    const sinc = x === 0 ? 1 : Math.sin(2 * Math.PI * edge * x) / (2 * Math.PI * edge * x);
    const window = Math.abs(x) >= half ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
    return sinc * window;
  });
  const sum = weights.reduce((one, other) => one + other, 0);
  return Float32Array.from(weights, (weight) => weight / sum);
}

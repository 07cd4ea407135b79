/** A hand that holds: what it wants is said at once and again and again, until it lets go. */
import type { Motion } from "../view/protocol";

/** The worker lets a camera stand still when it hears nothing for a second (docs/design/steering.md). */
const AGAIN_MS = 250;

export const STILL: Motion = { pan: 0, tilt: 0, zoom: 0, focus: 0, iris: 0 };

export class Hold {
  readonly #say: (motion: Motion) => void;
  readonly #holding = new Map<string, Partial<Motion>>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(say: (motion: Motion) => void) {
    this.#say = say;
  }

  get moving(): boolean {
    return this.#holding.size > 0;
  }

  /** Holds one control, `by` its name: several held at once add up, as two arrow keys do. */
  press(by: string, motion: Partial<Motion>): void {
    this.#holding.set(by, motion);
    this.#tell();
  }

  /** Lets one control go. */
  release(by: string): void {
    if (this.#holding.delete(by)) this.#tell();
  }

  /** Lets everything go. */
  drop(): void {
    if (this.#holding.size === 0) return;
    this.#holding.clear();
    this.#tell();
  }

  #tell(): void {
    clearInterval(this.#timer);
    this.#say(this.#sum());
    if (this.moving) this.#timer = setInterval(() => this.#say(this.#sum()), AGAIN_MS);
  }

  #sum(): Motion {
    const sum = { ...STILL };
    for (const motion of this.#holding.values())
      for (const axis of Object.keys(sum) as (keyof Motion)[])
        sum[axis] = Math.max(-100, Math.min(100, sum[axis] + (motion[axis] ?? 0)));
    return sum;
  }
}

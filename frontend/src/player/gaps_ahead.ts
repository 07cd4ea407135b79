/** Gaps that the worker announced up to ten seconds before the picture gets there. */
import type { GapCrossed } from "../view/protocol";

export class GapsAhead {
  #gaps: GapCrossed[] = [];

  add(gap: GapCrossed): void {
    this.#gaps.push(gap);
  }

  clear(): void {
    this.#gaps = [];
  }

  /** The gap that the picture has just crossed when it shows wall time `us`; said once. */
  crossed(us: number): GapCrossed | undefined {
    const gap = this.#gaps.find((each) => each.to <= us + 1e6);
    if (gap) this.#gaps = this.#gaps.filter((each) => each !== gap);
    return gap;
  }
}

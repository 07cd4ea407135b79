/** Ties a session to the page: a hidden page takes no stream, a page that is left ends its grant. */
import type { ViewSession } from "./session";

export class PageWatch {
  readonly #session: ViewSession;
  readonly #restored: () => void;

  /** @param restored the page came back from the browser's back/forward store, with its grant ended */
  constructor(session: ViewSession, restored: () => void) {
    this.#session = session;
    this.#restored = restored;
    document.addEventListener("visibilitychange", this.#visibility);
    addEventListener("pagehide", this.#left);
    addEventListener("pageshow", this.#back);
    if (document.hidden) session.suspend();
  }

  /** Stops watching and ends the session. */
  end(): void {
    document.removeEventListener("visibilitychange", this.#visibility);
    removeEventListener("pagehide", this.#left);
    removeEventListener("pageshow", this.#back);
    this.#session.end();
  }

  readonly #visibility = (): void => {
    if (document.hidden) this.#session.suspend();
    else this.#session.resume();
  };

  readonly #left = (): void => this.#session.end();

  readonly #back = (event: PageTransitionEvent): void => {
    if (event.persisted) this.#restored();
  };
}

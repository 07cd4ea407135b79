/** The bell at the head of every page: how many alarms, the newest said aloud, a sound where it is wished. */
import { setText } from "../dom/build";
import { t } from "../i18n/translate";
import { askBell, type BellAnswer, type BellState, type SoundName } from "../net/alarms";
import { AlarmSound } from "./alarm_sound";

const SECOND = 1000;
const SEEN_SECONDS = 15;
const HIDDEN_SECONDS = 60;
const AWAY_SECONDS = 30;
/** So many answers in a row that did not come are said. */
const AWAY_AFTER = 2;

/** The bell's look: what it is like now, in one word for the style sheet. */
export type BellLook = "none" | "notice" | "serious" | "critical" | "pressing" | "over" | "away";

export function lookOf(state: BellState): BellLook {
  if (state.pressing > 0) return "pressing";
  if (state.critical > 0) return "critical";
  if (state.serious > 0) return "serious";
  return state.notice > 0 ? "notice" : "none";
}

/** How long until the next question, in ms; null: not before the page is seen again. */
export function pauseAfter(answer: BellAnswer["kind"], hidden: boolean, sounds: boolean): number | null {
  if (answer === "over") return null;
  if (hidden) return sounds ? HIDDEN_SECONDS * SECOND : null;
  return (answer === "away" ? AWAY_SECONDS : SEEN_SECONDS) * SECOND;
}

/** Whether this is a new alarm, or one that is told again, which should be heard. */
export function isNews(before: BellState | null, now: BellState): boolean {
  if (!before || !now.newest || now.newest.acknowledged) return false;
  const last = before.newest?.toldAt ?? "";
  return now.newest.id === before.newest?.id ? now.newest.toldAt > last : now.newest.toldAt >= last;
}

/** Whether it should be heard as well. */
export function isLoud(state: BellState): boolean {
  return state.sound !== "none" && (state.newest?.severity ?? 0) >= state.soundFrom;
}

class Bell {
  readonly #path: string;
  readonly #link: HTMLAnchorElement | null;
  readonly #count: Element | null;
  readonly #said: Element | null;
  readonly #button: HTMLButtonElement | null;
  readonly #title = document.title;
  #state: BellState | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #away = 0;
  #asking = false;

  constructor(
    readonly root: HTMLElement,
    readonly sound: AlarmSound,
  ) {
    this.#path = root.dataset["bell"] ?? "";
    this.#link = root.querySelector("a");
    this.#count = root.querySelector("[data-bell-count]");
    this.#said = root.querySelector("[data-bell-said]");
    this.#button = root.querySelector("[data-bell-sound]");
    this.#button?.addEventListener("click", () => void this.#openEar());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.root.dataset["look"] !== "over") void this.ask();
    });
  }

  async ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    const answer = await askBell(this.#path, this.#state?.version ?? "");
    this.#asking = false;
    this.#take(answer);
    const pause = pauseAfter(answer.kind, document.hidden, (this.#state?.sound ?? "none") !== "none");
    if (pause !== null) this.#timer = setTimeout(() => void this.ask(), pause);
  }

  #take(answer: BellAnswer): void {
    if (answer.kind === "away") {
      this.#away += 1;
      if (this.#away >= AWAY_AFTER) this.#show("away", "?", t("bell.away"));
      return;
    }
    if (answer.kind === "over") {
      this.#show("over", "", t("bell.over"));
      return;
    }
    const wasAway = this.#away >= AWAY_AFTER;
    this.#away = 0;
    if (answer.kind === "news") this.#news(answer.state);
    else if (wasAway && this.#state) this.#draw(this.#state);
  }

  #news(state: BellState): void {
    const before = this.#state;
    this.#state = state;
    this.#draw(state);
    void this.#offerEar();
    if (before) document.body.dispatchEvent(new CustomEvent("custodes:alarms"));
    if (!isNews(before, state)) return;
    if (this.#said) setText(this.#said, t("bell.news", { title: state.newest?.title ?? "" }));
    if (isLoud(state)) void this.sound.playOnce(state.sound);
  }

  #draw(state: BellState): void {
    const all = state.critical + state.serious + state.notice;
    const words = all ? t("bell.counts", { ...state, newest: state.newest?.title ?? "" }) : t("bell.none");
    this.#show(lookOf(state), all ? String(state.critical + state.serious || all) : "", words);
    document.title = state.critical ? `(${state.critical}) ${this.#title}` : this.#title;
  }

  #show(look: BellLook, count: string, words: string): void {
    this.root.dataset["look"] = look;
    if (this.#count) setText(this.#count, count);
    this.#link?.setAttribute("aria-label", words);
    this.#link?.setAttribute("title", words);
  }

  async #offerEar(): Promise<void> {
    if (!this.#button || (this.#state?.sound ?? "none") === "none") return;
    this.#button.hidden = await this.sound.tryOpen();
  }

  async #openEar(): Promise<void> {
    if (!this.#button || !(await this.sound.open())) return;
    this.#button.hidden = true;
    this.sound.play(this.#state?.sound ?? "none");
  }
}

/** Wires the bell, and the button that tries a sound out. */
export function wireAlarmBell(): void {
  const sound = new AlarmSound();
  const root = document.querySelector<HTMLElement>("[data-bell]");
  if (root) void new Bell(root, sound).ask();
  const attempt = document.querySelector<HTMLButtonElement>("[data-sound-try]");
  const choice = document.querySelector<HTMLSelectElement>('select[name="sound"]');
  if (!attempt || !choice) return;
  attempt.hidden = false;
  attempt.addEventListener("click", () => {
    void sound.open().then(() => sound.play(choice.value as SoundName));
  });
}

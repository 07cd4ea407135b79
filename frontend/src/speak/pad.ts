/**
 * Speaking through the camera's loudspeaker: the reason first, then the microphone, leave, the call to the device, and then
 * hold to speak, with pointer, space on the button, or T. Who can't hold keeps it open. Losing the focus lets go.
 */
import mic from "lucide-static/icons/mic.svg?raw";
import { el, setText } from "../dom/build";
import { draw } from "../dom/icons";
import { Refused } from "../net/api";
import { Spoken } from "../net/speaking";
import type { SpeechSays } from "../view/protocol";
import type { Microphone } from "./microphone";
import type { Piece } from "./capture";
import { NoMicrophone } from "./lacking";
import { t, tOr } from "./words";

export interface SpeakHost {
  /** Asks the web for leave. @throws as `beginSpeaking`. */
  begin(reason: string): Promise<unknown>;
  /** Sends sound to the camera's loudspeaker. */
  send(octets: Uint8Array<ArrayBuffer>): void;
  /** Whoever speaks has done. */
  end(): void;
  /** Nothing of the page is heard meanwhile (`sound/hush`): it would come back through the microphone. */
  quiet(on: boolean): void;
  /** Where the dialog is put, so that it is seen in full screen too. */
  readonly element: HTMLElement;
}

/** Replaced in tests. */
export interface Ways {
  reason(host: HTMLElement): Promise<string | null>;
  microphone(take: (piece: Piece) => void, lost: () => void): Promise<Microphone>;
}

const WAYS: Ways = {
  reason: async (host) => (await import("./why")).askReason(host),
  microphone: async (take, lost) => (await import("./microphone")).openMicrophone(take, lost),
};

/** So long the camera's sound stays off behind the last word: it is still under way. */
const ECHO_MS = 400;
/** A voice of usual loudness fills about half of the meter. */
const LOUD = 0.25;

/** What happens here before the worker has something to say: asking the reason, the microphone, for leave. */
type Asking = "" | "reason" | "microphone" | "asking";

export class SpeakPad {
  readonly element: HTMLElement;
  readonly #host: SpeakHost;
  readonly #ways: Ways;
  readonly #words = el("span");
  // As wide and as high as its longest words while somebody may speak: nothing moves under the finger (`styles/speak.css`).
  readonly #who = el("p", { class: "speak__who", role: "status" }, this.#words);
  readonly #time = el("p", { class: "speak__time" });
  // The same whether the button is held or not: nothing moves under the finger.
  readonly #hushed = el("p", { class: "speak__hushed" }, t("speak.hushed"));
  readonly #level = el("meter", {
    class: "speak__level",
    min: 0,
    max: 1,
    value: 0,
    "aria-label": t("speak.level"),
  });
  readonly #begin = el(
    "button",
    { class: "button button--secondary speak__begin", type: "button" },
    t("speak.begin"),
  );
  readonly #hold = el(
    "button",
    { class: "button button--primary speak__hold", type: "button" },
    t("speak.hold"),
  );
  readonly #keep = el(
    "button",
    { class: "button button--quiet speak__keep", type: "button", "aria-pressed": "false" },
    t("speak.keep"),
  );
  readonly #end = el("button", { class: "button button--quiet speak__end", type: "button" });
  #says: SpeechSays | null = null;
  #microphone: Microphone | null = null;
  readonly #holding = new Set<string>();
  #asking: Asking = "";
  #problem = "";
  #live = true;
  #hears = false;
  #since = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #echo: ReturnType<typeof setTimeout> | undefined;
  #gone = false;

  constructor(host: SpeakHost, ways: Ways = WAYS) {
    this.#host = host;
    this.#ways = ways;
    this.#begin.addEventListener("click", () => void this.#ask());
    this.#end.addEventListener("click", () => this.#leave());
    this.#keep.addEventListener("click", () => this.#press("keep", !this.#holding.has("keep")));
    this.#wireHold();
    this.element = el(
      "section",
      { class: "speak", "aria-label": t("speak.label") },
      el("div", { class: "speak__head" }, draw(mic), this.#who, this.#begin),
      el(
        "div",
        { class: "speak__pad" },
        this.#hold,
        el("div", { class: "speak__said" }, this.#level, this.#time),
        el("div", { class: "speak__said" }, this.#keep, this.#end),
      ),
      this.#hushed,
    );
    // Whoever is not here any more says nothing.
    window.addEventListener("blur", this.#letGo);
    document.addEventListener("visibilitychange", this.#letGo);
    document.addEventListener("keyup", this.#keyUp);
    this.#show();
  }

  /** Whether this page's person has the floor. */
  get mine(): boolean {
    return this.#says?.speaker?.mine === true;
  }

  /** Whether the device takes sound. */
  get speaking(): boolean {
    return this.mine && this.#says?.state === "speaking" && this.#microphone !== null;
  }

  end(): void {
    this.#gone = true;
    if (this.mine) this.#host.end();
    this.#stop();
    clearTimeout(this.#echo);
    this.#host.quiet(false);
    window.removeEventListener("blur", this.#letGo);
    document.removeEventListener("visibilitychange", this.#letGo);
    document.removeEventListener("keyup", this.#keyUp);
  }

  /** One speaks where one looks: only by the live picture. */
  live(live: boolean): void {
    if (live === this.#live) return;
    this.#live = live;
    if (!live && (this.mine || this.#microphone)) this.#leave();
    this.#show();
  }

  /** Whether the camera is heard here: then it is said that it is not while one speaks. */
  hears(hears: boolean): void {
    if (hears === this.#hears) return;
    this.#hears = hears;
    this.#show();
  }

  /** The line is gone, or the picture: nobody is heard any more. */
  lost(): void {
    this.#says = null;
    this.#stop();
    this.#show();
  }

  message(says: SpeechSays): void {
    const [had, spoke] = [this.mine, this.speaking];
    this.#says = says;
    if (had && !this.mine) {
      this.#stop();
      // Why it was ended by hand here has been said.
      if (says.ended !== "" && !(says.ended === "left" && this.#problem)) this.#tell(this.#over(says));
    } else if (!spoke && this.speaking) this.#connected();
    this.#show();
  }

  /** Whether a key was one of the pad's: T is held to speak. */
  key(event: KeyboardEvent): boolean {
    if (!this.speaking || event.key.toLowerCase() !== "t") return false;
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    event.preventDefault();
    if (!event.repeat) this.#press("key", true);
    return true;
  }

  readonly #keyUp = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() === "t") this.#press("key", false);
  };
  readonly #letGo = (): void => {
    for (const by of [...this.#holding]) this.#press(by, false);
  };

  #wireHold(): void {
    const button = this.#hold;
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      // The finger may slide off: it is still this button that it holds.
      button.setPointerCapture?.(event.pointerId);
      this.#press("hold", true);
    });
    for (const gone of ["pointerup", "pointercancel", "lostpointercapture", "blur"])
      button.addEventListener(gone, () => this.#press("hold", false));
    button.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      if (!event.repeat) this.#press("hold", true);
    });
    button.addEventListener("keyup", () => this.#press("hold", false));
    // A finger that rests would be asked what to do with the words on the button.
    button.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  #press(by: string, on: boolean): void {
    if (on ? !this.speaking || this.#holding.has(by) : !this.#holding.has(by)) return;
    const before = this.#holding.size > 0;
    if (on) this.#holding.add(by);
    else this.#holding.delete(by);
    const now = this.#holding.size > 0;
    if (now !== before) {
      this.#microphone?.open(now);
      clearTimeout(this.#echo);
      if (now) this.#host.quiet(true);
      else {
        this.#level.value = 0;
        this.#echo = setTimeout(() => this.#host.quiet(false), ECHO_MS);
      }
    }
    this.#show();
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#microphone) return;
    this.#problem = "";
    try {
      this.#step("reason");
      const reason = await this.#ways.reason(this.#host.element);
      if (reason === null || this.#gone) return;
      this.#step("microphone");
      const microphone = await this.#ways.microphone(this.#take, this.#pulled);
      if (this.#gone || !this.#live) return microphone.close();
      this.#microphone = microphone;
      this.#step("asking");
      await this.#host.begin(reason);
      // What was ended meanwhile has no microphone any more.
      if (this.#gone || !this.#microphone) this.#host.end();
    } catch (error) {
      // The web's answer may be lost and the device called all the same: nobody would be there to speak.
      if (this.#microphone) this.#host.end();
      this.#stop();
      this.#tell(why(error));
    } finally {
      this.#step("");
      if (!this.#gone && this.speaking && this.#since === 0) this.#connected();
    }
  }

  #step(asking: Asking): void {
    this.#asking = asking;
    this.#show();
  }

  readonly #take = (piece: Piece): void => {
    if (!this.speaking || this.#holding.size === 0) return;
    this.#host.send(piece.octets);
    this.#level.value = Math.min(1, piece.level / LOUD);
  };

  readonly #pulled = (): void => {
    if (!this.#microphone) return;
    this.#leave();
    this.#tell(t("speak.lost"));
  };

  #connected(): void {
    this.#since = Date.now();
    this.#timer = setInterval(() => this.#showTime(), 1000);
    this.#showTime();
    // Whoever asked with the keyboard goes on with it.
    if (document.activeElement === this.#end || document.activeElement === document.body) this.#hold.focus();
  }

  /** By hand: the worker says that it is over. */
  #leave(): void {
    this.#host.end();
    this.#stop();
    this.#show();
  }

  #stop(): void {
    this.#letGo();
    this.#microphone?.close();
    this.#microphone = null;
    clearInterval(this.#timer);
    this.#since = 0;
  }

  #tell(problem: string): void {
    if (this.#gone) return;
    this.#problem = problem;
    this.#show();
  }

  #over({ ended, step }: SpeechSays): string {
    if (ended === "device" && step !== "")
      return t("speak.ended.lost", { step: t(tOr(`speak.step.${step}`, "speak.step.other")) });
    if (ended === "failed")
      return t("speak.ended.failed", { step: t(tOr(`speak.step.${step}`, "speak.step.other")) });
    return t(tOr(`speak.ended.${ended}`, "speak.ended.other"));
  }

  #show(): void {
    const { mine, speaking } = this;
    const open = this.#holding.size > 0;
    const here = this.#microphone !== null;
    setText(this.#words, this.#status());
    this.#who.dataset["held"] = speaking ? t("speak.open") : "";
    this.#who.dataset["loose"] = speaking ? t("speak.ready") : "";
    this.#who.dataset["tone"] = this.#problem && !mine ? "attention" : speaking ? "fine" : "calm";
    this.element.dataset["open"] = String(open);
    this.#begin.hidden = here || this.#asking !== "";
    const other = this.#says?.speaker !== null && this.#says?.speaker !== undefined;
    this.#begin.disabled = !this.#live || !this.#says || other;
    for (const part of [this.#hold, this.#level, this.#time, this.#keep]) part.hidden = !speaking;
    this.#hushed.hidden = !speaking || !this.#hears;
    this.#end.hidden = !here || this.#asking === "microphone";
    setText(this.#end, t(speaking ? "speak.end" : "speak.cancel"));
    this.#hold.setAttribute("aria-pressed", String(open));
    this.#keep.setAttribute("aria-pressed", String(this.#holding.has("keep")));
  }

  #status(): string {
    const speaker = this.#says?.speaker ?? null;
    if (!this.#live) return t("speak.onlyLive");
    if (this.speaking) return t(this.#holding.size > 0 ? "speak.open" : "speak.ready");
    if (this.#asking === "microphone") return t("speak.microphone");
    if (speaker && !speaker.mine)
      return t("speak.other", { name: `${speaker.name}${speaker.unit ? ` · ${speaker.unit}` : ""}` });
    if (this.#microphone) return t(this.mine ? "speak.calling" : "speak.asking");
    if (this.#problem) return this.#problem;
    // Under way to its end, or another window of this look has it.
    if (speaker) return t("speak.ended.left");
    return t(this.#says ? "speak.free" : "speak.waiting");
  }

  #showTime(): void {
    const seconds = Math.max(0, Math.floor((Date.now() - this.#since) / 1000));
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    setText(this.#time, t("speak.time", { time }));
  }
}

/** Why it did not begin, in words. */
function why(error: unknown): string {
  if (error instanceof NoMicrophone) return t(`speak.${error.why}`);
  if (error instanceof Spoken) return `${t("speak.other", { name: error.speaker })}。${error.remedy}`;
  const said = error instanceof Refused ? error.refusals[0] : undefined;
  if (!said) return t("speak.failed");
  return [said.reason, said.clause && `（${said.clause}）`, "。", said.remedy].join("");
}

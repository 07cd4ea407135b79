/** The sounds of new alarms: made by the browser from a few tones, no file. Heard once a machine, however many tabs are open. */
import type { SoundName } from "../net/alarms";

/** One tone: when it begins and how long it sounds (seconds), its frequency (Hz), and where it glides to. */
export interface Tone {
  readonly at: number;
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** What each sound is made of; each under two seconds. */
export const TONES: Readonly<Record<Exclude<SoundName, "none">, readonly Tone[]>> = {
  chime: [
    { at: 0, length: 0.9, from: 784, to: 784 },
    { at: 0.35, length: 1.2, from: 523, to: 523 },
  ],
  pulse: [0, 0.25, 0.5].map((at) => ({ at, length: 0.14, from: 880, to: 880 })),
  siren: [0, 0.6, 1.2].map((at) => ({ at, length: 0.55, from: 600, to: 1000 })),
};

const LOUDNESS = 0.35;
const HELD_MS = 3000;

export class AlarmSound {
  #context: AudioContext | null = null;

  /** Whether a sound would be heard now: browsers stay silent until somebody has used the page. */
  get ready(): boolean {
    return this.#context?.state === "running";
  }

  /** To be called from a click or key press: opens the ear. Resolves to whether it is open. */
  async open(): Promise<boolean> {
    this.#context ??= new AudioContext();
    await this.#context.resume().catch(() => undefined);
    return this.ready;
  }

  /** Tries without anybody's click: some installations allow it. Resolves to whether it is open. */
  async tryOpen(): Promise<boolean> {
    const opened = this.open();
    // Where it is not allowed, `resume` stays pending until somebody clicks.
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(this.ready), 300));
    return Promise.race([opened, late]);
  }

  /** Plays here, whatever other tabs do: somebody wants to hear it. */
  play(name: SoundName): void {
    if (name === "none" || !this.#context || !this.ready) return;
    for (const tone of TONES[name]) sing(this.#context, tone);
  }

  /** Plays in one of this browser's tabs. */
  async playOnce(name: SoundName): Promise<void> {
    if (!this.ready) return;
    if (!("locks" in navigator)) {
      this.play(name);
      return;
    }
    await navigator.locks.request("custodes.alarm-sound", { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      this.play(name);
      // Tabs that ask a little later find the lock taken.
      await new Promise((resolve) => setTimeout(resolve, HELD_MS));
    });
  }
}

function sing(context: AudioContext, tone: Tone): void {
  const begin = context.currentTime + tone.at;
  const end = begin + tone.length;
  const voice = new OscillatorNode(context, { type: "triangle", frequency: tone.from });
  voice.frequency.linearRampToValueAtTime(tone.to, end);
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(LOUDNESS, begin + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, end);
  voice.connect(gain).connect(context.destination);
  voice.start(begin);
  voice.stop(end);
}

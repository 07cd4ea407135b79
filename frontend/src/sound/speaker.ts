/** Plays the sound of a channel beside its picture. It exists only after a hand has asked for it. */
import type { Binary } from "../view/protocol";
import { decodeG711 } from "./g711";
import { hushed, whenHushed } from "./hush";
import { parseSound, type SoundMessage } from "./message";
import { Schedule } from "./schedule";

interface Piece {
  readonly wallUs: number;
  readonly buffer: AudioBuffer;
}

/** About half a minute of short pieces: playback is at most ten seconds ahead. */
const MOST_PIECES = 1000;

export class Speaker {
  readonly #context = new AudioContext();
  readonly #schedule = new Schedule();
  readonly #playing = new Set<AudioBufferSourceNode>();
  readonly #cannot: (codec: string) => void;
  readonly #unhushed: () => void;
  #pieces: Piece[] = [];
  #decoder: AudioDecoder | null = null;
  #config = "";

  /** `cannot` hears that the browser can't decode a codec. */
  constructor(cannot: (codec: string) => void) {
    this.#cannot = cannot;
    void this.#context.resume();
    this.#unhushed = whenHushed(() => this.silence());
  }

  /** How much has been heard of what was sent, for tests: seconds handed to the browser. */
  played = 0;

  /** Takes one sound message. */
  take(binary: Binary): void {
    const message = parseSound(binary.bytes);
    if (!message) return;
    if (message.codec === "aac") return this.#decode(message, binary.wallUs);
    const length = message.frames.reduce((sum, frame) => sum + frame.data.length, 0);
    if (length === 0) return;
    const buffer = this.#context.createBuffer(1, length, message.rate);
    let at = 0;
    for (const frame of message.frames) {
      buffer.copyToChannel(decodeG711(message.codec, frame.data), 0, at);
      at += frame.data.length;
    }
    this.#add({ wallUs: binary.wallUs, buffer });
  }

  /** The picture of `wallUs` is on screen. */
  picture(wallUs: number): void {
    this.#schedule.picture(wallUs, this.#context.currentTime);
    this.#pump();
  }

  /** The picture stands, or is somewhere else: silence, and nothing of what came is wanted. */
  silence(keep = false): void {
    for (const source of this.#playing) source.stop();
    this.#playing.clear();
    this.#schedule.clear();
    if (!keep) this.#pieces = [];
  }

  close(): void {
    this.#unhushed();
    this.silence();
    this.#close();
    void this.#context.close();
  }

  #decode(message: SoundMessage, wallUs: number): void {
    const decoder = this.#decoderFor(message);
    if (!decoder) return;
    let at = wallUs;
    for (const { data, samples } of message.frames) {
      const duration = Math.round((samples * 1e6) / message.rate);
      decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: at, duration, data }));
      at += duration;
    }
  }

  #decoderFor(message: SoundMessage): AudioDecoder | null {
    const config = `${message.rate}/${message.channels}/${message.config.join()}`;
    if (this.#decoder && this.#decoder.state === "configured" && this.#config === config)
      return this.#decoder;
    this.#close();
    if (!("AudioDecoder" in window)) {
      this.#cannot("AAC");
      return null;
    }
    this.#config = config;
    this.#decoder = new AudioDecoder({
      output: (data) => this.#decoded(data),
      error: () => this.#cannot("AAC"),
    });
    this.#decoder.configure({
      codec: "mp4a.40.2",
      sampleRate: message.rate,
      numberOfChannels: message.channels,
      description: message.config.slice(),
    });
    return this.#decoder;
  }

  #decoded(data: AudioData): void {
    const buffer = this.#context.createBuffer(data.numberOfChannels, data.numberOfFrames, data.sampleRate);
    for (let channel = 0; channel < data.numberOfChannels; channel++) {
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: channel, format: "f32-planar" });
      buffer.copyToChannel(samples, channel);
    }
    this.#add({ wallUs: data.timestamp, buffer });
    data.close();
  }

  #add(piece: Piece): void {
    if (hushed()) return; // what was being decoded when it began, too
    this.#pieces.push(piece);
    if (this.#pieces.length > MOST_PIECES) this.#pieces.shift();
    this.#pump();
  }

  #pump(): void {
    const { currentTime } = this.#context;
    while (this.#pieces.length > 0) {
      const [piece] = this.#pieces as [Piece];
      const verdict = this.#schedule.judge(piece.wallUs, piece.buffer.duration, currentTime);
      if (verdict.kind === "wait") return;
      this.#pieces.shift();
      if (verdict.kind === "play") this.#play(piece.buffer, verdict.at);
    }
  }

  #play(buffer: AudioBuffer, at: number): void {
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#context.destination);
    source.addEventListener("ended", () => this.#playing.delete(source));
    source.start(Math.max(at, this.#context.currentTime));
    this.#playing.add(source);
    this.played += buffer.duration;
  }

  #close(): void {
    if (this.#decoder && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
  }
}

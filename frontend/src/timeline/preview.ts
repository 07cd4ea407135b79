/**
 * The bubble over the track: what was there under a pointer that rests. It shows a picture where the person's grant
 * reaches, and elsewhere the time and why there is none. For eyes that point: a finger would hide it, and the slider says
 * the time in words.
 */
import { el, setText } from "../dom/build";
import { gapReason, pageLanguage, t } from "../i18n/translate";
import type { CustodesPlayer } from "../player/element";
import { reaches } from "../player/reach";
import { StillChannel, type Still } from "../player/still_channel";
import { StillPicture } from "../player/still_picture";
import { Watermark } from "../player/watermark";
import { moment } from "../time/words";
import type { Status } from "./status";

export interface PreviewPlace {
  /** Pixels from the track's left edge, and its width. */
  readonly x: number;
  readonly width: number;
  readonly us: number;
  /** Time that one pixel covers, µs. */
  readonly pixelUs: number;
  readonly status: Status;
}

const REST_MS = 150;

export class Preview {
  readonly element: HTMLElement;
  readonly #player: CustodesPlayer;
  readonly #watermark = new Watermark(true);
  readonly #picture = new StillPicture();
  readonly #box = el("div", { class: "preview__picture", hidden: true });
  readonly #time = el("p", { class: "preview__time" });
  readonly #why = el("p", { class: "preview__why", hidden: true });
  readonly #channel: StillChannel;
  #place: PreviewPlace | null = null;
  /** Put away with Escape until the pointer goes elsewhere. */
  #dismissed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(player: CustodesPlayer) {
    this.#player = player;
    this.#box.append(this.#picture.video, this.#watermark.element);
    this.element = el(
      "div",
      { class: "preview", "aria-hidden": "true", hidden: true },
      this.#box,
      this.#time,
      this.#why,
    );
    this.#channel = new StillChannel({
      picture: (still) => this.#show(still),
      none: (at, reason) => at === this.#place?.us && this.#none(reason),
      closed: () => {
        this.#picture.clear();
        this.hide();
      },
    });
  }

  /** The pointer is here; null when it left. */
  point(place: PreviewPlace | null): void {
    if (!place) return this.hide();
    const last = this.#place;
    const moved = !last || Math.abs(place.us - last.us) >= place.pixelUs;
    if (!moved && place.x === last.x && place.status.kind === last.status.kind) return;
    if (moved) this.#dismissed = false;
    this.#place = place;
    this.#channel.forget();
    this.#box.dataset["waiting"] = "true";
    if (!this.element.hidden) this.#put();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#rest(), REST_MS);
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#place = null;
    this.#conceal();
  }

  /** The timeline is taken from the page. */
  end(): void {
    this.hide();
    this.#channel.close();
  }

  readonly #escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    this.#dismissed = true;
    this.#conceal();
  };

  #conceal(): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#channel.leave();
    document.removeEventListener("keydown", this.#escape);
  }

  /** The pointer rests: asks for the picture, or says why there is none. */
  #rest(): void {
    const place = this.#place;
    if (!place || this.#dismissed) return;
    if (this.element.hidden) document.addEventListener("keydown", this.#escape);
    this.element.hidden = false;
    const session = this.#player.session;
    const { status, us } = place;
    if (status.kind === "gap") this.#none(status.reason);
    else if (status.kind !== "recorded" && status.kind !== "filled") this.#say(t(`timeline.${status.kind}`));
    else if (!session?.grant || session.loss) this.#say("");
    else if (!reaches(session.grant, us, this.#player.nowUs)) this.#none("span");
    else {
      this.#say(null);
      this.#watermark.name(session.grant.watermark, session.grant.index);
      this.#watermark.tick(this.#player.nowUs);
      this.#channel.ask(session, this.#player.camera, us);
    }
  }

  #show(still: Still): void {
    if (still.at !== this.#place?.us || this.element.hidden) return;
    this.#picture.show(still, () => {
      if (still.at !== this.#place?.us) return;
      this.#say(null);
      this.#box.dataset["waiting"] = "false";
      // Under a picture stands its own time.
      setText(this.#time, moment(still.wallUs, pageLanguage()));
    });
  }

  #none(reason: string): void {
    if (reason === "span") this.#say(t("preview.why"));
    else if (reason === "" || reason === "nothing_recorded") this.#say("");
    else this.#say(t("timeline.gap", { reason: gapReason(reason) }));
  }

  /** Words in place of the picture; null where a picture is to come. */
  #say(why: string | null): void {
    this.#box.hidden = why !== null;
    setText(this.#why, why ?? "");
    this.#why.hidden = !why;
    this.#put();
  }

  #put(): void {
    const place = this.#place;
    if (!place) return;
    setText(this.#time, moment(place.us, pageLanguage()));
    const own = this.element.offsetWidth;
    const left = Math.max(0, Math.min(place.x - own / 2, place.width - own));
    this.element.style.translate = `${Math.round(left)}px 0`;
  }
}

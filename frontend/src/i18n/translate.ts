/** Texts of the web components, in the language of `<html lang>`. */
import { en } from "./en";
import { zh, type Key } from "./zh";

export type { Key };
export type Language = "zh" | "en";
export type Values = Readonly<Record<string, string | number>>;

/** The dictionary for a BCP 47 tag; whatever is not English is shown in Chinese, the product's first language. */
export function languageOf(tag: string | null | undefined): Language {
  return tag?.toLowerCase().startsWith("en") ? "en" : "zh";
}

/** The text of `key` with its {places} filled. */
export function translate(language: Language, key: Key, values: Values = {}): string {
  const text: string = (language === "en" ? en : zh)[key];
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** The text in this page's language. */
export function t(key: Key, values: Values = {}): string {
  return translate(pageLanguage(), key, values);
}

export function pageLanguage(): Language {
  return languageOf(document.documentElement.lang);
}

/** The word for a gap's reason (docs/design/wire.md §7); for one that has none, as a step of a GB/T 28181 call, that of `state`. */
export function gapReason(reason: string, state = ""): string {
  const key = [`gap.${reason}`, `gap.${state}`].find((one) => one in zh);
  return t((key as Key | undefined) ?? "gap.other");
}

/** The word for a camera's state (docs/design/wire.md §2); why nothing of it is kept has words of its own. */
export function cameraState(state: string, reason = ""): string {
  const key = [`camera.${state}.${reason}`, `camera.${state}`].find((one) => one in zh);
  return key === undefined ? state : t(key as Key);
}

/** Where a look at a device's own recording stopped, in plain words (docs/design/wire.md §5, `end`); SIP's number where there is one. */
export function deviceStep(step: string): string {
  const [name = "", status] = step.split(":");
  const key = `device.step.${name}`;
  const words = key in zh ? t(key as Key) : t("device.step.other", { step: name });
  return status ? `${words}${t("device.status", { status })}` : words;
}

/** `t` for a part that brings words of its own, which no other page then carries; what every page has is shared. */
export function withOwn<Word extends string>(
  zhOwn: Readonly<Record<Word, string>>,
  enOwn: Readonly<Record<Word, string>>,
): (key: Word | Key, values?: Values) => string {
  return (key, values = {}) => {
    if (!(key in zhOwn)) return t(key as Key, values);
    const text = (pageLanguage() === "en" ? enOwn : zhOwn)[key as Word];
    return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
  };
}

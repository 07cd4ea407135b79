/** Texts of the choice of cameras and times, in the language of `<html lang>`; what every page has is shared. */
import { pageLanguage, t as shared, type Key as Shared, type Values } from "../i18n/translate";
import { en } from "./words_en";
import { zh, type Word } from "./words_zh";

export type Key = Word | Shared;

/** The text in this page's language, with its {places} filled. */
export function t(key: Key, values: Values = {}): string {
  if (!(key in zh)) return shared(key as Shared, values);
  const text: string = (pageLanguage() === "en" ? en : zh)[key as Word];
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

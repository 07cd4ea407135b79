/** Texts of speaking, in the language of `<html lang>`. */
import { withOwn, type Key as Shared } from "../i18n/translate";
import { en } from "./words_en";
import { zh, type Word } from "./words_zh";

export type Key = Word | Shared;

/** The text in this page's language, with its {places} filled. */
export const t = withOwn<Word>(zh, en);

/** The text of a key that is put together, or of another where there is none. */
export function tOr(key: string, otherwise: Word): Key {
  return key in zh ? (key as Word) : otherwise;
}

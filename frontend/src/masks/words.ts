/** Texts of the editor: Chinese is their source; the English ones have the same keys and the same {places}. Not in the shared dictionary, which every page loads. */
import { languageOf, type Language, type Values } from "../i18n/translate";
import { en } from "./words_en";
import { zh, type Word } from "./words_zh";

export type { Word };
export type Say = (word: Word, values?: Values) => string;

/** The words in the language of an element's `data-language`, or else of the page. */
export function sayIn(tag: string | null | undefined): Say {
  const language: Language = languageOf(tag || document.documentElement.lang);
  const texts: Record<Word, string> = language === "en" ? en : zh;
  return (word, values = {}) =>
    texts[word].replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

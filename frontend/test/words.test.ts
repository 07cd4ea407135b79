import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en as chooseEn } from "../src/choose/words_en";
import { zh as chooseZh } from "../src/choose/words_zh";
import { en as sharedEn } from "../src/i18n/en";
import { languageOf, translate } from "../src/i18n/translate";
import { zh as sharedZh } from "../src/i18n/zh";
import { en as mapEn } from "../src/map/words_en";
import { zh as mapZh } from "../src/map/words_zh";
import { en as speakEn } from "../src/speak/words_en";
import { zh as speakZh } from "../src/speak/words_zh";
import { en as steerEn } from "../src/steer/words_en";
import { zh as steerZh } from "../src/steer/words_zh";
import { parseLocalInput } from "../src/time/input";
import { localInput, quickSpan } from "../src/time/spans";
import { clock, date, parseIso, toIso } from "../src/time/words";
import { fromLocal, setTimeZone } from "../src/time/zone";

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
const zh = { ...sharedZh, ...chooseZh, ...mapZh, ...speakZh, ...steerZh };
const en: Record<keyof typeof zh, string> = { ...sharedEn, ...chooseEn, ...mapEn, ...speakEn, ...steerEn };
const keys = Object.keys(zh) as (keyof typeof zh)[];

describe("texts", () => {
  it("are there in both languages with the same places", () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
    for (const key of keys) {
      expect(en[key].trim(), key).not.toBe("");
      expect(places(en[key]), key).toEqual(places(zh[key]));
    }
  });
  it("are Chinese in Chinese, without exclamation marks", () => {
    for (const key of keys) {
      if (key !== "timeline.value" && !/^lanes\.(amount|because|comma|stop)$/.test(key))
        expect(zh[key], key).toMatch(/[\u4e00-\u9fff]/);
      expect(zh[key] + en[key], key).not.toMatch(/[!！]/);
    }
  });
  it("are each used somewhere", () => {
    const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/i18n\/(zh|en)|words_(zh|en)/.test(file))
      .map((file) => readFileSync(`src/${file}`, "utf8"))
      .join("\n");
    const built = [/^gap\./, /^camera\./, /^stop\.(do\.)?(revoked|expired|replaced|restart)$/, /^timeline\.(recorded|filled|unknown|future)$/, /^steer\.(failed|note)\./, /^steer\.(zoom|focus|iris)(Less|More)$/, /^enlarge\.\d$/, /^choose\.hint\.(circle|box|ring)$/, /^lanes\.kind\./, /^device\.step\./, /^speak\.(step|ended|why)\./, /^speak\.(denied|none|insecure)$/]; // prettier-ignore
    const unused = keys.filter(
      (key) => !built.some((each) => each.test(key)) && !sources.includes(`"${key}"`),
    );
    expect(unused).toEqual([]);
  });
  it("follow the page's language, Chinese when it is another", () => {
    expect([
      languageOf("en"),
      languageOf("en-GB"),
      languageOf("zh-Hans"),
      languageOf("bo"),
      languageOf(null),
    ]).toEqual(["en", "en", "zh", "zh", "zh"]);
    expect(translate("zh", "player.age", { seconds: "0.2" })).toBe("延迟 0.2 秒");
  });
});

describe("times", () => {
  it("are shown as local dates with the weekday", () => {
    const us = fromLocal(2024, 6, 3, 8, 5, 9);
    expect(us).toBe(Date.UTC(2024, 5, 3, 0, 5, 9) * 1000);
    expect(date(us, "zh")).toBe("2024-06-03（周一）");
    expect(date(us, "en")).toBe("2024-06-03 (Mon)");
    expect(clock(us)).toBe("08:05:09");
    expect(parseLocalInput(localInput(us))).toBe(us);
    expect(parseLocalInput("")).toBeNaN();
  });
  it("keep microseconds in ISO texts", () => {
    const us = 1_717_000_000_123_456;
    expect(toIso(us)).toBe("2024-05-29T16:26:40.123456Z");
    expect(parseIso(toIso(us))).toBe(us);
    expect(parseIso("2024-05-30T00:26:40.123456+08:00")).toBe(us);
  });
  it("take quick spans from the local day", () => {
    const noon = fromLocal(2026, 6, 3, 12);
    expect(quickSpan("night", noon)).toEqual([fromLocal(2026, 6, 2, 20), fromLocal(2026, 6, 3, 6)]);
    expect(quickSpan("day", noon)).toEqual([fromLocal(2026, 6, 3), noon]);
    expect(quickSpan("hour", noon)[0]).toBe(fromLocal(2026, 6, 3, 11));
  });
  it("keep their zone when an unknown one is asked for", () => {
    setTimeZone("Nowhere/Land");
    expect(clock(fromLocal(2024, 6, 3, 8))).toBe("08:00:00");
  });
});

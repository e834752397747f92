import { createTranslator } from "use-intl";
import { describe, expect, test } from "vitest";
import { messagesOf } from "./catalogue.ts";
import { chooseLocale } from "./locales.ts";

type Tree = { readonly [key: string]: string | Tree };

function texts(tree: Tree, path = ""): readonly (readonly [string, string])[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const full = path === "" ? key : `${path}.${key}`;
    return typeof value === "string" ? [[full, value] as const] : texts(value, full);
  });
}

/** Names of the arguments of an ICU message, those inside its branches included. */
function argumentsOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\{\s*(\w+)\s*[,}]/g)].map((match) => match[1] ?? ""))].sort();
}

const en = texts(messagesOf("en") as unknown as Tree);
const zh = new Map(texts(messagesOf("zh") as unknown as Tree));

describe("texts", () => {
  test("both languages have the same keys", () => {
    expect([...zh.keys()].sort()).toEqual(en.map(([key]) => key).sort());
  });

  test("no text is empty", () => {
    expect([...en, ...zh].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  test.each(["en", "zh"] as const)("every text in %s is a message that can be written", (locale) => {
    const failed: string[] = [];
    const translate = createTranslator({
      locale,
      messages: messagesOf(locale),
      onError: (error) => failed.push(error.message),
    }) as unknown as (key: string, values: Record<string, unknown>) => string;
    for (const [key, text] of texts(messagesOf(locale) as unknown as Tree)) {
      const values = Object.fromEntries(argumentsOf(text).map((name) => [name, 2]));
      translate(key, values);
    }
    expect(failed).toEqual([]);
  });

  test("a Chinese text never asks for an argument that the English one does not have", () => {
    const wrong = en.filter(([key, text]) => argumentsOf(zh.get(key) ?? "").some((name) => !argumentsOf(text).includes(name)));
    expect(wrong.map(([key]) => key)).toEqual([]);
  });
});

describe("the language shown", () => {
  test.each([
    ["zh", "en-GB", "zh"],
    [undefined, "zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    [undefined, "de-DE,de;q=0.9,en;q=0.8", "en"],
    ["klingon", null, "en"],
  ] as const)("cookie %s with accept-language %s is %s", (cookie, accepted, locale) => expect(chooseLocale(cookie, accepted)).toBe(locale));
});

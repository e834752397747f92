import { expect, test } from "vitest";
import { ERROR_CODES } from "@/lib/model/index.ts";
import { codesMessages } from "./codes.ts";
import { problemsMessages } from "./problems.ts";

/** Groups of which only proxies speak; the others also come from the API, with a sentence of their own. */
const PROXY_GROUPS = ["authorization.", "identity.p", "overload.", "proxy.", "request.", "routing.", "upstream."];
/** Of the API, though their group says otherwise. */
const OF_THE_API = new Set(["request.cross-site", "authorization.invalid"]);

test("every other code has its title in both languages, in English the engine's", () => {
  const others = Object.entries(ERROR_CODES).filter(
    ([code]) => !PROXY_GROUPS.some((group) => code.startsWith(group)) || OF_THE_API.has(code),
  );
  const told = Object.entries(problemsMessages.en).flatMap(([group, members]) =>
    Object.entries(members).map(([name, title]) => [`${group}.${name}`, title]),
  );
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(others.map(([code, { title }]) => [code, title])));
});

test("every code that a proxy answers with has a meaning in words", () => {
  const codes = Object.keys(ERROR_CODES).filter((code) => PROXY_GROUPS.some((group) => code.startsWith(group)) && !OF_THE_API.has(code));
  const told = Object.entries(codesMessages.en).flatMap(([group, members]) => Object.keys(members).map((name) => `${group}.${name}`));
  expect(told.sort()).toEqual(codes.sort());
});

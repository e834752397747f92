import fc from "fast-check";
import { expect, test } from "vitest";
import { callerOf, NO_QUESTION, parseClaims, parseHeaders, questionOfUrl, urlOfQuestion } from "./simulate-question.ts";

test("a link shows the question that its sender saw", () => {
  const text = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(fc.record({ from: text, method: text, path: text, headers: text, claims: text }), (question) => {
      const url = new URLSearchParams(Object.entries(urlOfQuestion(question)).filter(([, value]) => value !== ""));
      expect(questionOfUrl(new URLSearchParams(url.toString()))).toEqual(question);
    }),
  );
  expect(urlOfQuestion(NO_QUESTION)).toEqual({ from: "", method: "", path: "", headers: "", claims: "" });
});

test("a caller is a service and a version, and nobody for a request from outside", () => {
  expect(callerOf({ ...NO_QUESTION, from: "checkout@1.4.0" })).toEqual({ service: "checkout", version: "1.4.0" });
  expect(callerOf(NO_QUESTION)).toBeUndefined();
});

test("headers are read a line each, and a line without a colon is named", () => {
  expect(parseHeaders("X-Beta: 1\n\ncookie: a=b; c=d\nx-beta: 2")).toEqual({
    headers: { "x-beta": "1, 2", cookie: "a=b; c=d" },
    badLine: null,
  });
  expect(parseHeaders("x-a: 1\nnonsense\n: no name")).toEqual({ headers: { "x-a": "1" }, badLine: 2 });
  expect(Object.keys(parseHeaders("__proto__: x").headers)).toEqual(["__proto__"]);
});

test("claims are read a line each, one that comes again has both values, and a name may be an address", () => {
  expect(parseClaims("role: admin\nrole:user\n\nhttps://id.example/team: pay")).toEqual({
    claims: { role: ["admin", "user"], "https://id.example/team": ["pay"] },
    badLine: null,
  });
  expect(parseClaims("Role: a\nadmin")).toEqual({ claims: { Role: ["a"] }, badLine: 2 });
});

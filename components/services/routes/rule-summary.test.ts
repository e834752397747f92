import { createTranslator } from "use-intl";
import { expect, test } from "vitest";
import { messagesOf } from "@/components/messages/catalogue.ts";
import type { RouteRule } from "@/lib/client/index.ts";
import { matchPlaces, whyBefore } from "./match-order.ts";
import { type RouteTexts, ruleSummary } from "./rule-summary.ts";

const t = createTranslator({ locale: "en", messages: messagesOf("en"), namespace: "routes" }) as unknown as RouteTexts;

test("a rule says in words everything that it does to a request", () => {
  const rule: RouteRule = {
    matches: [{}],
    filters: [
      { type: "RequestHeaderModifier", requestHeaderModifier: { add: [{ name: "x-a", value: "1" }], remove: ["x-b"] } },
      { type: "ResponseHeaderModifier", responseHeaderModifier: { set: [{ name: "cache-control", value: "no-store" }] } },
      { type: "URLRewrite", urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/v2" } } },
      { type: "RequestMirror", requestMirror: { backendRef: { version: "1.3.0" }, percent: 10 } },
    ],
    timeouts: { perTryMs: 2000 },
    retry: { attempts: 2, codes: [502, 503] },
    fault: { delayMs: 200, abortStatus: 503, percent: 0.5 },
    stickiness: { by: "cookie", name: "session" },
    lane: "beta",
  };
  expect(ruleSummary(rule, t).map((phrase) => phrase.replaceAll("\u00a0", " "))).toEqual([
    "removes x-b",
    "adds x-a: 1",
    "on the answer sets cache-control: no-store",
    "asks for /v2 in place of the prefix",
    "mirrors 10 % to 1.3.0",
    "2 s per try",
    "2 more tries",
    "tries again on 502, 503",
    "0.5 % wait 200 ms and are answered 503",
    "cookie session stays on its version",
    "lane beta",
  ]);
});

test("a redirect names where it leads, with what it leaves as it was left out", () => {
  const redirect: RouteRule = {
    matches: [{}],
    filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", hostname: "shop.example.com", statusCode: 301 } }],
  };
  expect(ruleSummary(redirect, t)).toEqual(["redirects 301 to https://shop.example.com"]);
});

test("each match says why it is tried before the next", () => {
  const rules: RouteRule[] = [
    { matches: [{ path: { type: "Exact", value: "/a" } }, {}] },
    { matches: [{ path: { type: "PathPrefix", value: "/b/c" } }] },
  ];
  const places = matchPlaces(rules);
  expect(places.map((ofRule) => ofRule.map(({ place }) => place))).toEqual([[1, 3], [2]]);
  expect(places.flat().map((place) => whyBefore(place, t))).toEqual([
    "Before 2: exact path before prefix",
    null,
    "Before 3: longer prefix, 2 elements before 0",
  ]);
});

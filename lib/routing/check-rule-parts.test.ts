import { describe, expect, test } from "vitest";
import type { RouteFilter, RouteRule } from "../model/index.ts";
import { checkRules } from "./check-rules.ts";

const check = (rule: Partial<RouteRule>) => checkRules([{ matches: [{}], ...rule }], "rules");
const edit = (requestHeaderModifier: unknown): Partial<RouteRule> => ({
  filters: [{ type: "RequestHeaderModifier", requestHeaderModifier } as RouteFilter],
});
const redirect = (requestRedirect: unknown): RouteFilter => ({ type: "RequestRedirect", requestRedirect }) as RouteFilter;
const mirror = (requestMirror: unknown): RouteFilter => ({ type: "RequestMirror", requestMirror }) as RouteFilter;
const rewrite = (urlRewrite: unknown): RouteFilter => ({ type: "URLRewrite", urlRewrite }) as RouteFilter;
const EDIT = "filters.0.requestHeaderModifier";

describe("every problem of a filter is reported with its path and a fix", () => {
  test.each<readonly [string, Partial<RouteRule>, string, RegExp]>([
    ["an edit of nothing", edit({}), EDIT, /leave the filter out/],
    ["a name with a space", edit({ set: [{ name: "x a", value: "1" }] }), `${EDIT}.set.0.name`, /hyphens/],
    ["a value with a line break", edit({ add: [{ name: "x-a", value: "1\r\nx-b: 2" }] }), `${EDIT}.add.0.value`, /control/],
    [
      "a name set twice",
      edit({
        set: [
          { name: "x-a", value: "1" },
          { name: "X-A", value: "2" },
        ],
      }),
      `${EDIT}.set.1.name`,
      /Set it once/,
    ],
    ["the host", edit({ set: [{ name: "Host", value: "a" }] }), `${EDIT}.set.0.name`, /URLRewrite/],
    ...["connection", "Content-Length", "transfer-encoding", "te", "upgrade", "keep-alive", "trailer", "X-Interlock-Version"].map(
      (name) => [name, edit({ remove: [name] }), `${EDIT}.remove.0`, /another header/] as const,
    ),
    ["a rewrite of nothing", { filters: [rewrite({})] }, "filters.0.urlRewrite", /hostname or path/],
    ["a host with a port", { filters: [rewrite({ hostname: "a.b:80" })] }, "filters.0.urlRewrite.hostname", /without port/],
    ["a wildcard as host", { filters: [rewrite({ hostname: "*.a.b" })] }, "filters.0.urlRewrite.hostname", /DNS name/],
    [
      "a path without slash",
      { filters: [rewrite({ path: { type: "ReplaceFullPath", replaceFullPath: "a" } })] },
      "filters.0.urlRewrite.path.replaceFullPath",
      /"\/a"/,
    ],
    [
      "a path with a query",
      { filters: [rewrite({ path: { type: "ReplaceFullPath", replaceFullPath: "/a?b" } })] },
      "filters.0.urlRewrite.path.replaceFullPath",
      /encode/,
    ],
    [
      "a path that servers read differently",
      { filters: [rewrite({ path: { type: "ReplaceFullPath", replaceFullPath: "/a;b" } })] },
      "filters.0.urlRewrite.path.replaceFullPath",
      /plain/,
    ],
    [
      "a path not in its normal form",
      { filters: [rewrite({ path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/a/../b" } })] },
      "filters.0.urlRewrite.path.replacePrefixMatch",
      /Write "\/b"/,
    ],
    [
      "a prefix to replace where the match has none",
      {
        matches: [{ path: { type: "Exact", value: "/a" } }],
        filters: [rewrite({ path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/b" } })],
      },
      "filters.0.urlRewrite.path.type",
      /PathPrefix/,
    ],
    ["a redirect to itself", { filters: [redirect({ statusCode: 301 })] }, "filters.0.requestRedirect", /scheme, hostname, port or path/],
    ["a redirect to another scheme", { filters: [redirect({ scheme: "ftp" })] }, "filters.0.requestRedirect.scheme", /https/],
    ["a redirect to no port", { filters: [redirect({ port: 0 })] }, "filters.0.requestRedirect.port", /65535/],
    [
      "a redirect with status 200",
      { filters: [redirect({ scheme: "https", statusCode: 200 })] },
      "filters.0.requestRedirect.statusCode",
      /301/,
    ],
    [
      "a mirror to no version",
      { filters: [mirror({ backendRef: { version: "new" } })] },
      "filters.0.requestMirror.backendRef.version",
      /2\.1\.0/,
    ],
    [
      "a mirror to no service",
      { filters: [mirror({ backendRef: { service: "A b", version: "1.0.0" } })] },
      "filters.0.requestMirror.backendRef.service",
      /letters/,
    ],
    [
      "a mirror of 101 %",
      { filters: [mirror({ backendRef: { version: "1.0.0" }, percent: 101 })] },
      "filters.0.requestMirror.percent",
      /0 to 100/,
    ],
    [
      "a mirror of three decimals",
      { filters: [mirror({ backendRef: { version: "1.0.0" }, percent: 0.125 })] },
      "filters.0.requestMirror.percent",
      /two decimals/,
    ],
    ["two of a kind", { filters: [rewrite({ hostname: "a.b" }), rewrite({ hostname: "c.d" })] }, "filters.1.type", /one filter/],
    ["a type that is not known", { filters: [{ type: "Teleport" } as unknown as RouteFilter] }, "filters.0.type", /this version/],
  ])("%s", (_, rule, path, fix) => {
    expect(check(rule)).toEqual([
      { path: `rules.0.${path}`, code: "routes.invalid-filter", detail: expect.any(String), fix: expect.stringMatching(fix) },
    ]);
  });

  test.each([
    ["a rewrite", { filters: [redirect({ scheme: "https" }), rewrite({ hostname: "a.b" })] }],
    [
      "mirrors",
      {
        filters: [
          redirect({ scheme: "https" }),
          mirror({ backendRef: { version: "1.0.0" } }),
          mirror({ backendRef: { version: "1.1.0" } }),
        ],
      },
    ],
    ["a split", { filters: [redirect({ scheme: "https" })], split: { weights: { "1.0.0": 10_000 } } }],
    ["retries", { filters: [redirect({ scheme: "https" })], retry: { attempts: 1 } }],
    ["a fault", { filters: [redirect({ scheme: "https" })], fault: { delayMs: 1, percent: 1 } }],
  ] satisfies (readonly [string, Partial<RouteRule>])[])("a redirect together with %s is refused once", (_, rule) => {
    expect(check(rule)).toMatchObject([{ path: "rules.0.filters.0", code: "routes.invalid-filter" }]);
  });
});

describe("every problem of the other parts is reported with its path and a fix", () => {
  test.each<readonly [string, Partial<RouteRule>, string, RegExp]>([
    ["no time at all", { timeouts: { requestMs: 0 } }, "timeouts.requestMs", /whole milliseconds/],
    ["half a millisecond", { timeouts: { idleMs: 0.5 } }, "timeouts.idleMs", /whole milliseconds/],
    ["a time that a timer cannot hold", { timeouts: { requestMs: 2 ** 32 } }, "timeouts.requestMs", /86400000/],
    ["a try longer than the request", { timeouts: { requestMs: 100, perTryMs: 101 } }, "timeouts.perTryMs", /100 or less/],
    ["six retries", { retry: { attempts: 6 } }, "retry.attempts", /0 to 5/],
    ["a retry after 404", { retry: { codes: [503, 404] } }, "retry.codes.1", /500 to 599/],
    ["no pause", { retry: { backoffMs: 0 } }, "retry.backoffMs", /whole/],
    ["a fault that does nothing", { fault: { percent: 10 } }, "fault", /delayMs or abortStatus/],
    ["an abort with 100", { fault: { abortStatus: 100, percent: 10 } }, "fault.abortStatus", /200 to 599/],
    ["a fault of -1 %", { fault: { delayMs: 1, percent: -1 } }, "fault.percent", /0 to 100/],
    ["a fault of no number", { fault: { delayMs: 1, percent: Number.NaN } }, "fault.percent", /0 to 100/],
    ["a cookie with a space", { stickiness: { by: "cookie", name: "my id" } }, "stickiness.name", /hyphens/],
    ["a lane in capitals", { lane: "Blue" }, "lane", /lower-case/],
  ])("%s", (_, rule, path, fix) => {
    expect(check(rule)).toEqual([
      { path: `rules.0.${path}`, code: "routes.invalid-rule", detail: expect.any(String), fix: expect.stringMatching(fix) },
    ]);
  });

  test("a lane has one rule; a rule of a lane needs no match, any other does", () => {
    expect(
      checkRules(
        [
          { matches: [], lane: "blue" },
          { matches: [{}], lane: "blue" },
        ],
        "rules",
      ),
    ).toMatchObject([{ path: "rules.1.lane", code: "routes.invalid-rule" }]);
    expect(checkRules([{ matches: [], lane: "blue" }], "rules")).toEqual([]);
    expect(checkRules([{ matches: [] }], "rules")).toMatchObject([{ path: "rules.0.matches", code: "routes.invalid-match" }]);
  });

  test("callers are services or traffic from outside, which has no version", () => {
    const caller = (match: object) =>
      checkRules([{ matches: [{ caller: match as never }] }], "rules").map(({ path, code }) => [path, code]);
    expect(caller({ service: "checkout", range: "^1.2" })).toEqual([]);
    expect(caller({ service: "ingress" })).toEqual([]);
    expect(caller({ service: "ingress", range: "^1" })).toEqual([["rules.0.matches.0.caller.range", "routes.invalid-match"]]);
    expect(caller({ service: "A", range: "x y" })).toEqual([
      ["rules.0.matches.0.caller.service", "routes.invalid-match"],
      ["rules.0.matches.0.caller.range", "routes.invalid-match"],
    ]);
  });

  test("ranges that are spelled differently and mean the same make twins", () => {
    const rules = ["^1.2", ">=1.2.0 <2.0.0-0"].map((range) => ({ matches: [{ caller: { service: "checkout", range: range as never } }] }));
    expect(checkRules(rules, "rules")).toMatchObject([{ path: "rules.1.matches.0", code: "routes.duplicate-match" }]);
  });
});

test("a rule that uses everything rightly has no problem", () => {
  const rule: RouteRule = {
    matches: [{ path: { type: "PathPrefix", value: "/a" }, caller: { service: "checkout" } }, {}],
    split: { weights: { "1.0.0": 10_000 } },
    filters: [
      {
        type: "RequestHeaderModifier",
        requestHeaderModifier: { set: [{ name: "x-a", value: "" }], add: [{ name: "x-b", value: "a b" }], remove: ["x-c"] },
      },
      { type: "ResponseHeaderModifier", responseHeaderModifier: { remove: ["server"] } },
      rewrite({ hostname: "inner.example.com", path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } }),
      mirror({ backendRef: { version: "2.0.0" }, percent: 0.01 }),
      mirror({ backendRef: { service: "audit", version: "1.0.0" } }),
    ],
    timeouts: { requestMs: 1_000, perTryMs: 1_000, idleMs: 1 },
    retry: { attempts: 5, codes: [429, 502], backoffMs: 10 },
    fault: { delayMs: 5, abortStatus: 503, percent: 33.33 },
    stickiness: { by: "cookie", name: "sid" },
    lane: "blue",
  };
  expect(checkRules([rule], "rules")).toEqual([]);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalisePath } from "./normalise-path.ts";
import { type Redirect, redirectLocation, rewritePath } from "./rewrite-path.ts";

const replace = (path: string, prefix: string, by: string) =>
  rewritePath({ type: "ReplacePrefixMatch", replacePrefixMatch: by }, path, prefix);

describe("a prefix is replaced by whole elements", () => {
  // The table of HTTPPathModifier in Gateway API v1.2, and the root.
  test.each([
    ["/foo/bar", "/foo", "/xyz", "/xyz/bar"],
    ["/foo/bar", "/foo", "/xyz/", "/xyz/bar"],
    ["/foo/bar", "/foo/", "/xyz", "/xyz/bar"],
    ["/foo/bar", "/foo/", "/xyz/", "/xyz/bar"],
    ["/foo", "/foo", "/xyz", "/xyz"],
    ["/foo/", "/foo", "/xyz", "/xyz/"],
    ["/foo/bar", "/foo", "/", "/bar"],
    ["/foo/", "/foo", "/", "/"],
    ["/foo", "/foo", "/", "/"],
    ["/", "/", "/xyz", "/xyz"],
    ["/a", "/", "/xyz", "/xyz/a"],
    ["/foobar", "/foo", "/xyz", "/foobar"],
  ])("%s with %s by %s is %s", (path, prefix, by, result) => {
    expect(replace(path, prefix, by)).toBe(result);
  });

  test("of normal paths a normal path is made", () => {
    const path = fc.array(fc.constantFrom("a", "b", ""), { maxLength: 4 }).map((parts) => routable(`/${parts.join("/")}`));
    fc.assert(
      fc.property(path, path, path, (sent, prefix, by) => {
        const result = replace(sent, prefix, by);
        expect(normalisePath(result)).toEqual({ ok: true, value: result });
      }),
    );
  });
});

function routable(path: string): string {
  const normal = normalisePath(path);
  return normal.ok ? normal.value : "/";
}

test("a full path is replaced as a whole", () => {
  expect(rewritePath({ type: "ReplaceFullPath", replaceFullPath: "/new" }, "/a/b", "/a")).toBe("/new");
});

describe("a redirect leads", () => {
  const request = { scheme: "http", host: "shop.example.com:8080", path: "/a/b", query: "x=1", prefix: "/a" } as const;
  test.each<readonly [Redirect, string, string]>([
    [{ scheme: "https" }, "https://shop.example.com/a/b?x=1", "to the scheme's own port"],
    [{ scheme: "http" }, "http://shop.example.com:8080/a/b?x=1", "to the port that was asked for where the scheme stays"],
    [{ scheme: "https", port: 443 }, "https://shop.example.com/a/b?x=1", "without the well-known port"],
    [{ port: 80 }, "http://shop.example.com/a/b?x=1", "without the well-known port of http"],
    [{ port: 8443, scheme: "https" }, "https://shop.example.com:8443/a/b?x=1", "to another port"],
    [{ hostname: "new.example.com" }, "http://new.example.com:8080/a/b?x=1", "to another host"],
    [{ path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/c" } }, "http://shop.example.com:8080/c/b?x=1", "to another prefix"],
    [{ path: { type: "ReplaceFullPath", replaceFullPath: "/c" } }, "http://shop.example.com:8080/c?x=1", "to another path"],
  ])("%j → %s: %s", (redirect, location) => {
    expect(redirectLocation(redirect, request)).toBe(location);
  });

  test("from an IPv6 address and without a query", () => {
    expect(redirectLocation({ scheme: "https" }, { ...request, host: "[::1]:8080", query: "" })).toBe("https://[::1]/a/b");
  });
});

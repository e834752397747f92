import { describe, expect, test } from "vitest";
import { normalisePath, routedPath } from "./normalise-path.ts";

describe("a path has one normal form", () => {
  test.each([
    ["/", "/", "the root"],
    ["/a/b", "/a/b", "nothing to do"],
    ["/a/b/", "/a/b/", "a trailing slash stays"],
    ["/%7euser/%41", "/~user/A", "what may stand as itself does"],
    ["/a%2Bb%40c%3Ad", "/a+b@c:d", "delimiters too"],
    ["/a%20b%c3%a4", "/a%20b%C3%A4", "the rest is escaped in upper case"],
    ['/a"b{c}', "/a%22b%7Bc%7D", "and what came bare as well"],
    ["//a///b//", "/a/b/", "slashes in a row are one"],
    ["/a/./b/.", "/a/b/", "a dot is here"],
    ["/a/../b", "/b", "two dots are one up"],
    ["/a/b/..", "/a/", "at the end too"],
    ["/a/%2e%2E/b", "/b", "escaped ones alike"],
    ["/a/%2e", "/a/", "escaped ones alike, one dot"],
    ["/.well-known/x", "/.well-known/x", "a name may start with a dot"],
    ["/...", "/...", "three dots are a name"],
    ["/a..b/..c", "/a..b/..c", "dots within a name are none"],
    ["/100%25", "/100%25", "an escaped percent sign stays"],
    ["/a%3Fb%23", "/a%3Fb%23", "an escaped question mark is no query"],
  ])("%s → %s: %s", (path, normal) => {
    expect(normalisePath(path)).toEqual({ ok: true, value: normal });
  });
});

describe("what servers read in different ways has none", () => {
  test.each([
    ["", "slash"],
    ["*", "slash"],
    ["a/b", "slash"],
    ["/a%2fb", "escaped slash"],
    ["/a%2Fb", "escaped slash"],
    ["/a%5cb", "escaped backslash"],
    ["/a\\b", "backslash"],
    ["/admin;a=b", "semicolon"],
    ["/..;/admin", "semicolon"],
    ["/a%3bb", "escaped semicolon"],
    ["/a%00", "escaped control"],
    ["/a%0d%0ab", "escaped control"],
    ["/a%7f", "escaped control"],
    ["/a%", "broken"],
    ["/a%4", "broken"],
    ["/a%zz", "broken"],
    ["/a%u002f", "broken"],
    ["/%252e%252e/a", "twice"],
    ["/%25%32%66", "twice"],
    ["/a%c0%af", "UTF-8"],
    ["/%c0%ae%c0%ae/a", "UTF-8"],
    ["/a%ff", "UTF-8"],
    ["/..", "climbs"],
    ["/a/../../b", "climbs"],
    ["/%2e%2e", "climbs"],
    ["/a//../b", "empty segment"],
    ["/a/..//b", "empty segment"],
    ["/a b", "cannot have"],
    ["/ä", "cannot have"],
    ["/a?b", "cannot have"],
    ["/a#b", "cannot have"],
  ])("%s: %s", (path, why) => {
    expect(normalisePath(path)).toMatchObject({ ok: false, error: expect.stringContaining(why) });
    expect(routedPath(path)).toBe(path);
  });
});

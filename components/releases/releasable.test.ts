import { expect, test } from "vitest";
import type { Service } from "@/lib/client/index.ts";
import { likelyVersion, releasableVersions } from "./releasable.ts";

const version = (name: string, ready: number) => ({ version: name, ready }) as Service["versions"][number];
const service = { versions: [version("1.2.0", 2), version("1.10.0", 0), version("1.3.0", 1)], weights: { "1.2.0": 10_000 } };

test("versions are the newest first, and those that cannot be released say why", () => {
  expect(releasableVersions(service)).toEqual([
    { version: "1.10.0", weightBp: 0, why: "notReady" },
    { version: "1.3.0", weightBp: 0, why: null },
    { version: "1.2.0", weightBp: 10_000, why: "whole" },
  ]);
});

test("the newest that can be released is suggested, and none where none can", () => {
  expect(likelyVersion(service)).toBe("1.3.0");
  expect(likelyVersion({ ...service, versions: [version("1.2.0", 2)] })).toBe("");
});

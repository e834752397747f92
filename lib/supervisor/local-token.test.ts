import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { makeLocalToken, readLocalToken } from "./local-token.ts";

const dir = mkdtempSync(join(tmpdir(), "interlock-token-"));
const file = join(dir, "local-token");
const modeOf = () => statSync(file).mode & 0o777;

afterEach(() => rmSync(file, { force: true }));

describe("the local token", () => {
  test("is made once, for its owner only, and read from then on", () => {
    expect(readLocalToken(dir)).toBeNull();
    const token = makeLocalToken(dir);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect([readLocalToken(dir), makeLocalToken(dir), modeOf()]).toEqual([token, token, 0o600]);
  });

  test("that others could read is narrowed to its owner", () => {
    const token = makeLocalToken(dir);
    chmodSync(file, 0o644);
    expect([makeLocalToken(dir), modeOf()]).toEqual([token, 0o600]);
  });

  test("that is none is replaced", () => {
    writeFileSync(file, "half a tok", { mode: 0o644 });
    expect(readLocalToken(dir)).toBeNull();
    expect([makeLocalToken(dir), modeOf()]).toEqual([readLocalToken(dir), 0o600]);
  });
});

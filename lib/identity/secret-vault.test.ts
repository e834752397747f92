import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSecretVault, type SecretVault, type SecretVaultOptions } from "./index.ts";

const KEK = Buffer.alloc(32, 1).toString("base64");
const NEXT_KEK = Buffer.alloc(32, 2).toString("base64");

let dir: string;
const damage: string[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "interlock-vault-"));
  damage.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function open(options: Partial<SecretVaultOptions> = {}): SecretVault {
  const opened = openSecretVault({ dir, kek: { kind: "own" }, onDamaged: (sentence) => damage.push(sentence), ...options });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

test("a secret is read back after a restart, and is not on disk in the clear; only its owner may read the file", () => {
  open().keep("pager.7", "s3cret-s3cret");
  expect(open().read("pager.7")).toBe("s3cret-s3cret");
  const path = join(dir, "secrets.json");
  expect(readFileSync(path, "utf8")).not.toContain("s3cret");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(open().read("pager.8")).toBeNull();
});

test("a sealed secret cannot be moved to another reference", () => {
  open().keep("pager.7", "s3cret-s3cret");
  const path = join(dir, "secrets.json");
  writeFileSync(path, readFileSync(path, "utf8").replace("pager.7", "other.1"));
  expect(open().read("other.1")).toBeNull();
});

test("secrets follow the key-encryption key when it is changed, and are gone with a wrong one", () => {
  const given = (base64: string) => ({ kind: "given", base64 }) as const;
  open({ kek: given(KEK) }).keep("pager.7", "s3cret-s3cret");
  const moved = open({ kek: given(NEXT_KEK), oldKek: given(KEK) });
  expect([moved.wasRekeyed, moved.read("pager.7")]).toEqual([true, "s3cret-s3cret"]);
  expect(open({ kek: given(NEXT_KEK) }).read("pager.7")).toBe("s3cret-s3cret");
  expect(open({ kek: given(KEK) }).read("pager.7")).toBeNull();
});

test("of those that nothing refers to only the newest are kept", () => {
  const vault = open();
  for (let count = 0; count < 70; count++) vault.keep(`pager.${count}`, "s3cret-s3cret");
  vault.sweep(new Set(["pager.0"]));
  const again = open();
  expect([again.read("pager.0"), again.read("pager.1"), again.read("pager.69")]).toEqual(["s3cret-s3cret", null, "s3cret-s3cret"]);
});

test("a file that cannot be read is set aside and said to be", () => {
  writeFileSync(join(dir, "secrets.json"), "{}");
  expect(open().read("pager.7")).toBeNull();
  expect(damage).toEqual([expect.stringContaining("set the secrets of channels again")]);
});

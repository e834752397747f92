import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Principal, parseServiceName, parseVersion } from "../model/index.ts";
import { type AuthorityOptions, type CertificateAuthority, openCertificateAuthority } from "./certificate-authority.ts";

const folders: string[] = [];

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "interlock-identity-"));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

export function optionsFor(dir: string, more: Partial<AuthorityOptions> = {}): AuthorityOptions {
  return {
    dir,
    kek: { kind: "own" },
    trustDomain: "interlock.local",
    svidTtlMs: 3_600_000,
    wallMs: Date.now,
    mustExist: false,
    rotation: null,
    bundleVersion: 1,
    ...more,
  };
}

export function openAuthority(dir = newFolder(), more: Partial<AuthorityOptions> = {}): CertificateAuthority {
  const opened = openCertificateAuthority(optionsFor(dir, more));
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

export function principal(service: string, version: string): Principal {
  const name = parseServiceName(service);
  const parsed = parseVersion(version);
  if (!name.ok || !parsed.ok) throw new Error(`${service}@${version}`);
  return { kind: "instance", service: name.value, version: parsed.value };
}

export const WEB = principal("web", "1.2.0");
export const WEB_ID = "spiffe://interlock.local/service/web/version/1.2.0";

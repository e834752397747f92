import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CertificateAuthority, openCertificateAuthority } from "../../identity/index.ts";
import { type Principal, type ProxyMessage, parseServiceName, parseVersion, spiffeId } from "../../model/index.ts";
import { type Clock, createXorshift } from "../../std/index.ts";
import type { Subject } from "./held-identity.ts";
import { IdentityAgent, type IdentityAgentOptions } from "./identity-agent.ts";

const folders: string[] = [];

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "interlock-dataplane-identity-"));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** `web@1.2.0` as a principal. */
export function instance(ref: string): Principal {
  const [service = "", version = ""] = ref.split("@");
  const name = parseServiceName(service);
  const parsed = parseVersion(version);
  if (!name.ok || !parsed.ok) throw new Error(ref);
  return { kind: "instance", service: name.value, version: parsed.value };
}

export const idOf = (ref: string) => spiffeId("interlock.local", instance(ref));
export const subject = (name: string) => name as Subject;

/** The engine's end as far as identities go: a real authority. */
export interface TestAuthority {
  readonly authority: CertificateAuthority;
  /** What came from agents. */
  readonly asked: ProxyMessage[];
  /** While false, requests are not answered. */
  answers: boolean;
  /** Takes the next step of a root change and tells the agents. */
  step(step: "trust-new" | "issue-new" | "drop-old"): void;
  /** Connects an agent that wants these. */
  attach(agent: IdentityAgent, subjects: ReadonlyMap<Subject, Principal>): void;
}

export function createTestAuthority(clock: Clock, svidTtlMs = 60_000): TestAuthority {
  const options = {
    trustDomain: "interlock.local",
    svidTtlMs,
    wallMs: () => clock.wallMs(),
    mustExist: false,
    rotation: null,
    bundleVersion: 1,
  };
  const opened = openCertificateAuthority({ dir: newFolder(), kek: { kind: "own" }, ...options });
  if (!opened.ok) throw new Error(opened.error.detail);
  const authority = opened.value;
  const agents: IdentityAgent[] = [];
  let next = "";
  const test: TestAuthority = {
    authority,
    asked: [],
    answers: true,
    step(step) {
      if (step === "trust-new") {
        next = authority.spareFingerprint;
        authority.keepSpare();
      }
      authority.follow({ step, fingerprint: next }, authority.bundle.version + 1);
      for (const agent of agents) agent.take({ kind: "trust", bundle: authority.bundle });
    },
    attach(agent, subjects) {
      agents.push(agent);
      agent.connected((message) => {
        test.asked.push(message);
        if (message.kind !== "csr" || !test.answers) return;
        const principal = subjects.get(message.subject);
        const issued = principal === undefined ? null : authority.issue(message.csrPem, principal);
        if (issued?.ok !== true) {
          const detail = issued?.error ?? "It is nobody.";
          return agent.take({ kind: "certificate-refused", subject: message.subject, code: "identity.request-invalid", detail });
        }
        const { chainPem, notAfterMs } = issued.value;
        agent.take({ kind: "certificate", subject: message.subject, chainPem, notAfterMs });
      });
      agent.take({ kind: "trust", bundle: authority.bundle });
    },
  };
  return test;
}

/** An agent that has identities for these (`subject` → `service@version`). */
export async function openAgent(
  clock: Clock,
  authority: TestAuthority | null,
  local: Readonly<Record<string, string>>,
  more: Partial<IdentityAgentOptions> = {},
): Promise<IdentityAgent> {
  const agent = await IdentityAgent.open({ folder: newFolder(), clock, random: createXorshift(7), log: () => {}, ...more });
  const subjects = new Map(Object.entries(local).map(([name, ref]) => [subject(name), instance(ref)] as const));
  agent.want(subjects);
  authority?.attach(agent, subjects);
  await settled();
  return agent;
}

/** After everything that is due at once has run. */
export async function settled(): Promise<void> {
  for (let count = 0; count < 5; count++) await Promise.resolve();
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MeshEngine, type OpenMeshEngineOptions, openMeshEngine } from "../engine/index.ts";
import type { ChangeAuthor, Command, InstanceId, ServiceName, Version } from "../model/index.ts";
import { type Clock, createXorshift, invariant } from "../std/index.ts";

/** Who acts in tests unless somebody else is named. */
export const TEST_AUTHOR: ChangeAuthor = { author: "anna", via: "cli", reason: "test" };

/** A command out of plain strings, as the API builds it: the engine reads every name itself. */
export function command(plain: { readonly kind: Command["kind"] } & Readonly<Record<string, unknown>>): Command {
  return plain as unknown as Command;
}

export const serviceName = (text: string): ServiceName => text as ServiceName;
export const versionName = (text: string): Version => text as Version;

/** An engine over a new folder under the system's temporary folder. */
export interface TestEngine {
  readonly engine: MeshEngine;
  readonly dir: string;
  readonly proxySocket: string;
  /** Carries a command out; throws its refusal as text where it is refused. */
  apply(plain: Parameters<typeof command>[0]): Promise<void>;
  /** Closes the engine and opens another over the same folder. */
  reopen(): Promise<TestEngine>;
  /** Closes the engine and removes the folder. */
  remove(): Promise<void>;
}

/** Opens an engine for a test. */
export async function openTestEngine(clock: Clock, more: Partial<OpenMeshEngineOptions> = {}): Promise<TestEngine> {
  const dir = more.dir ?? mkdtempSync(join(tmpdir(), "interlock-engine-"));
  const proxySocket = join(dir, "proxies.sock");
  const opened = await openMeshEngine({ dir, proxySocket, clock, random: createXorshift(7), ...more });
  invariant(opened.ok, opened.ok ? "" : opened.error.detail);
  const engine = opened.value;
  return {
    engine,
    dir,
    proxySocket,
    async apply(plain) {
      const applied = await engine.execute(command(plain), TEST_AUTHOR);
      invariant(applied.ok, applied.ok ? "" : JSON.stringify(applied.error));
    },
    async reopen() {
      await engine.close();
      return openTestEngine(clock, { ...more, dir });
    },
    async remove() {
      await engine.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Registers a static instance of a version at its own port. */
export function staticInstance(service: string, version: string, port: number): Parameters<typeof command>[0] {
  const id = `${service}-${version}-${port}` as InstanceId;
  return { kind: "instance.register", service, id, instance: { version, address: "127.0.0.1", port } };
}

import {
  type Change,
  type Command,
  EMPTY_MESH_STATE,
  type Instance,
  type InstanceId,
  type MeshState,
  type Refusal,
} from "../../model/index.ts";
import { ok, type Result } from "../../std/index.ts";
import { command, TEST_AUTHOR } from "../../testing/index.ts";
import { foldChange } from "../fold.ts";
import type { DecideContext } from "./context.ts";
import { decide } from "./index.ts";

type Plain = Parameters<typeof command>[0];

/** A mesh without disk and sockets: decides, folds, remembers its changes. */
export class DecideMesh {
  state: MeshState = EMPTY_MESH_STATE;
  readonly changes: Change[] = [];
  readonly leases: Instance[] = [];
  readonly failing = new Set<string>();
  nowMs = Date.UTC(2026, 0, 1);

  context(): DecideContext {
    const seq = this.state.seq + 1;
    return {
      state: this.state,
      author: TEST_AUTHOR,
      nowIso: new Date(this.nowMs).toISOString(),
      place: { seq, id: `chg-${seq}` as Change["id"] },
      leases: this.leases,
      whyOut: (id: InstanceId) => (this.failing.has(id) ? "refuses connections" : null),
      whyNoKeys: (uri) => (uri.startsWith("http:") ? "It is not https." : null),
      whyNotTell: (address) => ("url" in address && address.url.startsWith("http:") ? "It is not https." : null),
      reservedPorts: [4600],
      calls: [],
      readChange: (id) => this.changes.find((change) => change.id === id),
    };
  }

  /** What the command would do; nothing is kept. */
  dryRun(plain: Plain): ReturnType<typeof decide> {
    return decide(this.context(), command(plain) as Command);
  }

  /** Carries a command out. */
  run(plain: Plain): Result<Change | null, Refusal> {
    const context = this.context();
    const decided = decide(context, command(plain) as Command);
    if (!decided.ok) return decided;
    if (decided.value === null) return ok(null);
    const { state: _, notes: __, risk: ___, ...facts } = decided.value;
    const change = JSON.parse(JSON.stringify({ ...context.place, at: context.nowIso, ...context.author, ...facts })) as Change;
    this.state = foldChange(this.state, change);
    this.changes.push(change);
    this.nowMs += 1_000;
    return ok(change);
  }

  /** Carries commands out that must pass; returns the last change. */
  must(...plains: readonly Plain[]): Change {
    let last: Change | null = null;
    for (const plain of plains) {
      const done = this.run(plain);
      if (!done.ok) throw new Error(`${plain.kind} was refused: ${JSON.stringify(done.error)}`);
      last = done.value;
    }
    if (last === null) throw new Error("nothing changed");
    return last;
  }

  /** The refusal of a command that must not pass. */
  refusal(plain: Plain): Refusal {
    const done = this.dryRun(plain);
    if (done.ok) throw new Error(`${plain.kind} was not refused`);
    return done.error;
  }

  service(name: string) {
    const service = [...this.state.services.values()].find((candidate) => candidate.name === name);
    if (service === undefined) throw new Error(`no service ${name}`);
    return service;
  }

  rev(name: string): number {
    return this.service(name).rev;
  }

  weights(name: string): Readonly<Record<string, number>> {
    return this.service(name).weights;
  }
}

let port = 20_000;

/** Commands that register a service with versions, each with one ready static instance. */
export function registered(service: string, versions: Readonly<Record<string, Readonly<Record<string, string>>>>): readonly Plain[] {
  return [
    { kind: "service.register", service, hosts: [] },
    ...Object.entries(versions).flatMap(([version, requirements]): Plain[] => [
      { kind: "version.register", service, version, requirements },
      instanceOf(service, version),
    ]),
  ];
}

/** A command that registers one more static instance. */
export function instanceOf(service: string, version: string): Plain {
  port += 1;
  return { kind: "instance.register", service, id: `${service}-${version}-${port}`, instance: { version, address: "127.0.0.1", port } };
}

/** The shop of the story: checkout 1.4.0 cannot meet payments 3.0.0; checkout 2.0.0 can meet both. */
export function shop(): DecideMesh {
  const mesh = new DecideMesh();
  mesh.must(
    ...registered("payments", { "2.3.0": {}, "2.4.0": {}, "3.0.0": {} }),
    ...registered("checkout", { "1.4.0": { payments: "^2.1.0" }, "2.0.0": { payments: ">=2.1.0 <4" } }),
  );
  return mesh;
}

import type { Snapshot } from "../lib/model/index.ts";
import { compileSnapshot } from "../lib/routing/index.ts";
import { invariant } from "../lib/std/index.ts";
import { systemClock } from "../lib/system/index.ts";
import { command, connectTappedProxy, openTestEngine, type TappedProxy, TEST_AUTHOR, type TestEngine } from "../lib/testing/index.ts";
import { type BenchOptions, type BenchRow, quantile } from "./bench-table.ts";

interface Size {
  readonly services: number;
  readonly versions: number;
  /** Static instances of each version. */
  readonly instances: number;
}

const CALLS_EACH = 4;
const WARM_UP = 5;
const LARGE: Size = { services: 300, versions: 10, instances: 1 };
const WIDE: Size = { services: 1_000, versions: 3, instances: 2 };

/** Large meshes on the real engine with its log on disk: one manifest for all of it, single changes after that, a restart, and the snapshot at a proxy. */
export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const sizes = options.short ? [{ ...LARGE, services: 40 }] : [LARGE, WIDE];
  const rows: BenchRow[] = [];
  for (const size of sizes) rows.push(...(await rowsOf(size, options.short ? 10 : 100)));
  return rows;
}

async function rowsOf(size: Size, changes: number): Promise<BenchRow[]> {
  const { services, versions, instances } = size;
  let mesh = await openTestEngine(systemClock);
  try {
    const applied = await timed(() => mesh.apply({ kind: "manifest.apply", services: manifestOf(size, () => "^1.0.0"), prune: false }));
    const proxy = await connectTappedProxy(mesh.proxySocket);
    const { snapshot } = await proxy.next("snapshot");
    const compiled = compileRow(snapshot);
    proxy.send({ kind: "ack", version: snapshot.version, draining: [] });
    const { deltaBytes, engineMs, toDeltaMs } = await changeWeights(mesh, proxy, services, changes);
    proxy.close();
    const restart = await timed(async () => {
      mesh = await mesh.reopen();
    });
    invariant(mesh.engine.state().services.size === services, "a restart lost services");
    const of = `${services} services × ${versions} versions`;
    const toDelta = `p50 ${quantile(engineMs, 0.5)?.toFixed(1)} ms; to the delta at the proxy ${quantile(toDeltaMs, 0.5)?.toFixed(1)} ms, ${deltaBytes} bytes`;
    return [
      row(`manifest of ${of}`, applied, "≤ 2 000 ms", `${instances * services * versions} instances; decided, written, folded`),
      row(`${of}, no first version fits`, await misfits(size), "≤ 2 000 ms"),
      row(`${of}, one change of weights, p99`, quantile(engineMs, 0.99), "≤ 20 ms", toDelta),
      row(`${of}, stop and start`, restart, "≤ 2 000 ms"),
      { ...compiled, figure: `${of}, ${compiled.figure}` },
    ];
  } finally {
    await mesh.remove();
  }
}

/** What a proxy does before it can serve a whole snapshot. */
function compileRow(snapshot: Snapshot): BenchRow {
  const text = JSON.stringify(snapshot);
  const started = performance.now();
  const table = compileSnapshot(JSON.parse(text) as Snapshot);
  const took = performance.now() - started;
  invariant(table.ok, "the snapshot is none that a proxy serves");
  return row("read and compile the snapshot", took, "≤ 200 ms", `${(text.length / 1_048_576).toFixed(1)} MiB`);
}

function row(figure: string, ours: number | null, goal: string, note?: string): BenchRow {
  const absolute = { figure, unit: "ms", ours, anchor: null, anchorName: "none", ratio: null, goal };
  return note === undefined ? absolute : { ...absolute, note };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const nameOf = (service: number) => `svc-${String(service).padStart(4, "0")}`;
const versionOf = (version: number) => `1.${version}.0`;

/** Each service calls four later ones; `rangeOf` says what a version requires of them. */
function manifestOf({ services, versions, instances }: Size, rangeOf: (version: number) => string): Record<string, unknown> {
  let places = 0;
  const place = () => {
    places++;
    return { address: `10.0.${places >> 14}.1`, port: 1_024 + (places & 16_383) };
  };
  const serviceOf = (service: number) => {
    const called = Array.from({ length: CALLS_EACH }, (_, call) => service + 1 + ((call * 37 + service * 7) % 60));
    const providers = called.filter((provider) => provider < services);
    const versionEntries = Array.from({ length: versions }, (_, version) => [
      versionOf(version),
      {
        requirements: Object.fromEntries(providers.map((provider) => [nameOf(provider), rangeOf(version)])),
        instances: Array.from({ length: instances }, place),
      },
    ]);
    return [nameOf(service), { hosts: [`${nameOf(service)}.example.com`], versions: Object.fromEntries(versionEntries) }];
  };
  return Object.fromEntries(Array.from({ length: services }, (_, service) => serviceOf(service)));
}

/** Versions that each need the next one of what they call: no first version may be live beside another. */
async function misfits(size: Size): Promise<number> {
  const mesh = await openTestEngine(systemClock);
  const services = manifestOf(size, (version) => `>=${versionOf(Math.min(version + 1, size.versions - 1))}`);
  const took = await timed(() => mesh.apply({ kind: "manifest.apply", services, prune: false }));
  await mesh.remove();
  return took;
}

interface WeightChanges {
  readonly engineMs: readonly number[];
  readonly toDeltaMs: readonly number[];
  readonly deltaBytes: number;
}

/** Each on another service; the engine alone, and until the proxy holds the delta. */
async function changeWeights({ engine }: TestEngine, proxy: TappedProxy, services: number, changes: number): Promise<WeightChanges> {
  const engineMs: number[] = [];
  const toDeltaMs: number[] = [];
  let deltaBytes = 0;
  for (let change = -WARM_UP; change < changes; change++) {
    const service = [...engine.state().services.values()][(change + WARM_UP) % services];
    invariant(service !== undefined, "there is such a service");
    const weights = { [versionOf(0)]: 5_000 - change, [versionOf(1)]: 5_000 + change };
    const started = performance.now();
    const applied = await engine.execute(command({ kind: "split.set", service: service.name, rev: service.rev, weights }), TEST_AUTHOR);
    const decided = performance.now();
    invariant(applied.ok && applied.value.change !== null, "a change of weights was refused");
    const { delta } = await proxy.next("delta");
    if (change >= 0) {
      engineMs.push(decided - started);
      toDeltaMs.push(performance.now() - started);
    }
    deltaBytes = JSON.stringify(delta).length;
    proxy.send({ kind: "ack", version: delta.version, draining: [] });
  }
  return { engineMs, toDeltaMs, deltaBytes };
}

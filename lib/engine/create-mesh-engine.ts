import { exposure, predictedExposure } from "../compatibility/index.ts";
import type { ChangeAuthor, Command, Exposure, MeshState, Refusal, ServiceName, VersionRef } from "../model/index.ts";
import { type CancelTimer, ok, type Result } from "../std/index.ts";
import { StoreWriteError } from "../store/index.ts";
import { renderExposition } from "../telemetry/index.ts";
import { admit, foundBefore } from "./before-change.ts";
import { changeOf } from "./change-of.ts";
import type { ChannelDesk } from "./channel-desk.ts";
import { ClockWatch } from "./clock-watch.ts";
import { contextOf } from "./context-of.ts";
import { DataWatch } from "./data-watch.ts";
import { judgeDeploy } from "./decide/can-i-deploy.ts";
import { hypotheticalWeights } from "./decide/can-i-shift.ts";
import type { DecideContext } from "./decide/context.ts";
import { decide } from "./decide/index.ts";
import { EjectBoard } from "./eject-board.ts";
import { createEngineHub } from "./engine-hub.ts";
import { FailingWatch } from "./failing-watch.ts";
import { judged } from "./gate.ts";
import { createGovernanceFace, type GovernanceFace } from "./governance-face.ts";
import { createIdentities, type Identities } from "./identities.ts";
import { InstanceWatch } from "./instance-watch.ts";
import { createLeaseDesk, type LeaseDesk } from "./lease-desk.ts";
import type { Applied, ExecuteOptions, MeshEngine, RememberedRequest } from "./mesh-engine.ts";
import type { MeshEngineParts } from "./mesh-engine-parts.ts";
import type { MeshLog } from "./mesh-log.ts";
import { MetricReader } from "./metric-source.ts";
import { engineFamilies } from "./metrics.ts";
import { createMoverDesks } from "./mover-desks.ts";
import { NoticeBoard } from "./notice-board.ts";
import type { PlanDesk } from "./plan-desk.ts";
import { createPolicyDesk, type PolicyDesk } from "./policy-desk.ts";
import type { ProxyHub } from "./proxies/proxy-hub.ts";
import { readOnly } from "./read-only.ts";
import type { ReleaseDesk } from "./release-desk.ts";
import { checkConsistency } from "./snapshot-builder.ts";
import { createSnapshotPublisher, type SnapshotPublisher } from "./snapshot-publisher.ts";
import { SpaceDesk } from "./space-desk.ts";
import { SplitPhases } from "./split-phases.ts";
import { TapDesk } from "./tap-desk.ts";
import { trafficLook } from "./traffic-look.ts";
import { flowEdges, LIVE_WINDOW_MS, liveFlows } from "./views/figures.ts";
import { discoverInstances, type InstancesInput, instanceViews, readyInstances, viewOf } from "./views/instances.ts";
import { matrixView } from "./views/matrix.ts";
import { meshView } from "./views/mesh.ts";
import { seriesView } from "./views/series.ts";
import { simulationView } from "./views/simulation.ts";
import { splitView } from "./views/split.ts";
import { topologyView } from "./views/topology.ts";
import type { InstanceView, MeshView } from "./views.ts";
import type { WorkloadDesk } from "./workload/workload-desk.ts";

const FIGURES_EVERY_MS = 500;
const DATA_EVERY_MS = 5_000;

/** Folds the log, opens the proxies' socket, publishes the first snapshot; from then on the mesh can be steered. */
export async function createMeshEngine(parts: MeshEngineParts): Promise<MeshEngine> {
  const engine = new Engine(parts);
  await engine.start();
  return engine;
}

class Engine implements MeshEngine {
  readonly #parts: MeshEngineParts;
  readonly #log: MeshLog;
  readonly #clock: ClockWatch;
  readonly #hub: ProxyHub;
  readonly #taps: TapDesk;
  readonly #watch: InstanceWatch;
  readonly #publisher: SnapshotPublisher;
  readonly #phases: SplitPhases;
  readonly #desk: LeaseDesk;
  readonly #identities: Identities;
  readonly #data: DataWatch;
  readonly plans: PlanDesk;
  readonly releases: ReleaseDesk;
  readonly ejections: EjectBoard;
  readonly policies: PolicyDesk;
  readonly #metrics: MetricReader;
  readonly channels: ChannelDesk;
  readonly workloads: WorkloadDesk;
  readonly governance: GovernanceFace;
  readonly #space: SpaceDesk;
  readonly #notices: NoticeBoard;
  readonly #failing: FailingWatch;
  readonly #timers: CancelTimer[] = [];
  /** When figures last came. */
  #figuresMs = Number.NEGATIVE_INFINITY;

  constructor(parts: MeshEngineParts) {
    this.#parts = parts;
    this.#notices = new NoticeBoard(parts.onFault);
    const { clock, telemetry, leases, health, random } = parts;
    this.#log = parts.log;
    this.#failing = new FailingWatch(clock, telemetry, FIGURES_EVERY_MS);
    this.#clock = new ClockWatch(clock, parts.log.changes({ limit: 1 })[0]?.at);
    this.#hub = createEngineHub(parts, {
      ears: () => ({
        publisher: this.#publisher,
        phases: this.#phases,
        taps: this.#taps,
        watch: this.#watch,
        identities: this.#identities.desk,
      }),
      onFigures: () => this.#figuresCame(),
      onAcceptance: () => this.#notices.tell({ kind: "acceptance" }),
      onListeners: () => this.#instancesChanged(),
    });
    this.#taps = new TapDesk((message) => void this.#hub.broadcast(message));
    this.#watch = new InstanceWatch({
      clock,
      onEvent: (kind, subject, sentence, facts) => health.add(kind, subject, sentence, facts),
      onStanding: () => this.#notices.tell({ kind: "instances" }),
    });
    this.ejections = new EjectBoard({ ...{ clock, health }, instances: () => this.instances(), onChange: () => this.#instancesChanged() });
    this.#metrics = new MetricReader({ clock, telemetry, engine: this });
    this.policies = createPolicyDesk({ ...{ clock, health, telemetry, engine: this }, metrics: this.#metrics, onFault: parts.onFault });
    this.#data = new DataWatch(parts.data, health);
    this.#identities = createIdentities(parts.identity, {
      clock,
      health,
      onFault: parts.onFault,
      state: () => this.#log.state,
      lease: (id) => leases.get(id)?.instance,
      connected: () => this.#hub.standing().map(({ id }) => id),
      broadcast: (message) => void this.#hub.broadcast(message),
      onKeys: () => this.#publisher.publishSoon(),
    });
    this.#publisher = createSnapshotPublisher({
      clock,
      hub: this.#hub,
      versions: parts.snapshotVersions,
      egress: parts.egress,
      reservedPorts: parts.reservedPorts,
      onFault: parts.onFault,
      onReleased: (outcome) => this.#phases.released(outcome),
      read: () => this.ejections.applyTo({ state: this.#log.state, leases: leases.list().map(({ instance }) => instance) }),
      fillKeys: (policy) => this.#identities.keys.fill(policy),
    });
    this.#phases = new SplitPhases({
      clock,
      state: () => this.#log.state,
      proxies: () => this.#hub.standing(),
      ready: (ref) => readyInstances(this.instances(ref.service), ref.version),
      waitingFor: (service) => this.#publisher.waitingFor(service),
      requestsTo: (ref) => this.#requestsTo(ref),
    });
    this.#space = new SpaceDesk({ clock, telemetry, context: () => this.#context(null), onFault: parts.onFault });
    const movers = createMoverDesks({
      ...{
        parts,
        log: this.#log,
        hub: this.#hub,
        phases: this.#phases,
        notices: this.#notices,
        space: this.#space,
        metrics: this.#metrics,
      },
      engine: this,
      context: () => this.#context(null),
      requestsTo: (ref) => this.#requestsTo(ref),
    });
    [this.plans, this.releases, this.workloads] = [movers.plans, movers.releases, movers.workloads];
    this.channels = parts.channels;
    this.governance = createGovernanceFace(trafficLook(telemetry), () => ({ state: this.#log.state, nowIso: this.#nowIso() }));
    const onChange = () => this.#instancesChanged();
    this.#desk = createLeaseDesk({ registry: leases, random, health, context: () => this.#context(null), onChange });
  }

  #figuresCame(): void {
    this.#figuresMs = this.#parts.clock.monotonicMs();
    this.#failing.forget();
  }

  #instancesChanged(): void {
    this.#publisher.publishSoon();
    this.#notices.tell({ kind: "instances" });
  }

  async start(): Promise<void> {
    const { clock, health } = this.#parts;
    this.#identities.keys.follow();
    this.#timers.push(health.watch((event) => this.#notices.tell({ kind: "health", event })));
    this.#publisher.publishNow();
    await this.#hub.listen();
    this.#data.look();
    this.policies.start();
    this.#timers.push(clock.every(DATA_EVERY_MS, () => this.#data.look()));
    this.#timers.push(clock.every(FIGURES_EVERY_MS, () => this.#tellFigures()));
  }

  async execute(command: Command, author: ChangeAuthor, options: ExecuteOptions = {}): Promise<Result<Applied, Refusal>> {
    const { approval, dryRun = false, idempotency } = options;
    if (this.#log.readOnly && !dryRun) return readOnly();
    const found = await foundBefore(command, { space: this.#space, channels: this.channels });
    if (!found.ok) return found;
    // From here on nothing may come between the state that is read and the change that is written.
    const before = this.#log.state;
    const context = { ...this.#context(author), isTrial: dryRun, ...(approval && { approval }), ...found.value };
    const decided = decide(context, command);
    if (!decided.ok) return command.kind === "rollback" ? this.#space.refusedRollback(command, decided.error) : decided;
    const decision = decided.value;
    if (decision === null) {
      const unchanged = this.#exposure(before, before);
      return ok({ change: null, dryRun, state: before, exposure: unchanged, snapshotVersion: null, notes: [], risk: null });
    }
    const desks = { identities: this.#identities.desk, channels: this.channels };
    const admitted = admit(command, { context, after: decision.state, dryRun }, desks);
    if (!admitted.ok) return admitted;
    checkConsistency(decision.state);
    const change = changeOf(context, decision, this.#clock.step());
    const outcome = { dryRun, exposure: this.#exposure(before, decision.state), notes: decision.notes, risk: decision.risk };
    if (dryRun) return ok({ ...outcome, change, state: decision.state, snapshotVersion: null });
    try {
      const appended = this.#log.append(change, decision.state, idempotency);
      this.#clock.written();
      if (command.kind === "identity.rotate-root") this.#identities.desk.follow();
      this.#identities.keys.follow();
      const snapshotVersion = this.#publisher.publishChange(before);
      this.#phases.changed(decision.services);
      this.#notices.tell({ kind: "change", change: appended });
      if (decision.events.some((event) => event.kind.startsWith("instance-"))) this.#notices.tell({ kind: "instances" });
      return ok({ ...outcome, change: appended, state: this.#log.state, snapshotVersion });
    } catch (error) {
      if (error instanceof StoreWriteError) return readOnly(error.message);
      throw error;
    }
  }

  canIShift(changes: Parameters<MeshEngine["canIShift"]>[0]): ReturnType<MeshEngine["canIShift"]> {
    const context = this.#context(null);
    const events = hypotheticalWeights(context, changes);
    if (!events.ok) return events;
    const { judgement, after } = judged(context, events.value);
    const reasons = [...judgement.refused, ...judgement.tolerated, ...judgement.unknown];
    return ok({ verdict: judgement.verdict, reasons, exposure: this.#exposure(context.state, after) });
  }

  canIDeploy: MeshEngine["canIDeploy"] = (service, version) => {
    const judged = judgeDeploy(this.#context(null), service, version);
    if (!judged.ok) return judged;
    const { after, ...known } = judged.value;
    return ok({ ...known, exposure: this.#exposure(this.#log.state, after) });
  };

  state = (): MeshState => this.#log.state;
  changes: MeshEngine["changes"] = (query) => this.#log.changes(query);
  changesAfter: MeshEngine["changesAfter"] = (seq, limit) => this.#log.changesAfter(seq, limit);
  change: MeshEngine["change"] = (id) => this.#log.shown(id);

  instances = (service?: ServiceName): readonly InstanceView[] => instanceViews(this.#instancesInput(), service);

  registerLease: MeshEngine["registerLease"] = (service, lease, options) => this.#desk.register(service, lease, options);
  removeLease: MeshEngine["removeLease"] = (id) => this.#desk.remove(id);

  heartbeat(id: string, standby?: boolean): Result<InstanceView, Refusal> {
    const lease = this.#desk.heartbeat(id, standby);
    return lease.ok ? ok(viewOf(this.#instancesInput(), lease.value.instance, lease.value)) : lease;
  }

  discover: MeshEngine["discover"] = (query) => discoverInstances(this.#instancesInput(), query, this.#nowIso());

  mesh(): MeshView {
    const { telemetry, version, data } = this.#parts;
    return meshView({
      state: this.#log.state,
      telemetry,
      instances: this.instances(),
      proxies: this.#hub.proxies(),
      data: { bytes: this.#data.bytes, limitBytes: data.limitBytes },
      version,
      at: this.#nowIso(),
    });
  }

  topology: MeshEngine["topology"] = () =>
    topologyView({ state: this.#log.state, telemetry: this.#parts.telemetry, instances: this.instances(), at: this.#nowIso() });

  split: MeshEngine["split"] = (name) => {
    const service = this.#log.state.services.get(name);
    if (service === undefined) return undefined;
    const { telemetry, clock } = this.#parts;
    return splitView(service, {
      state: this.#log.state,
      hub: this.#hub,
      telemetry,
      nowMs: clock.wallMs(),
      phases: this.#phases.of(service),
    });
  };

  unknowns: MeshEngine["unknowns"] = (limit) => this.#space.unknowns(limit);
  matrix: MeshEngine["matrix"] = (consumer, provider) =>
    matrixView({ state: this.#log.state, telemetry: this.#parts.telemetry, consumer, provider, nowIso: this.#nowIso() });
  versionSpace: MeshEngine["versionSpace"] = (query) => this.#space.versionSpace(query);

  simulate: MeshEngine["simulate"] = (query) => {
    const { trustDomain } = this.#parts.identity.authority;
    return simulationView({ state: this.#log.state, snapshot: this.#hub.current, trustDomain }, query);
  };
  series: MeshEngine["series"] = (query) => seriesView(this.#parts.telemetry, query, this.#parts.clock.wallMs());
  tap: MeshEngine["tap"] = (filter, listener) => this.#taps.open(filter, listener);

  metrics: MeshEngine["metrics"] = (accept) => {
    const { health, processFigures, telemetry, version } = this.#parts;
    const families = engineFamilies({
      state: this.#log.state,
      telemetry,
      instances: this.instances(),
      proxies: this.#hub.proxies(),
      standing: this.#watch.standing(),
      healthEvents: health.counts(),
      snapshotVersion: this.#hub.current?.version ?? 0,
      dataBytes: this.#data.bytes,
      taps: this.#taps.size,
      version,
      process: processFigures?.() ?? null,
    });
    return renderExposition(families, accept);
  };

  identities: MeshEngine["identities"] = () => this.#identities.desk.view();
  healthEvents: MeshEngine["healthEvents"] = () => this.#parts.health.list();
  standing: MeshEngine["standing"] = () => this.#watch.standing();
  accepted: MeshEngine["accepted"] = (version, timeoutMs) => this.#publisher.accepted(version, timeoutMs);

  watch: MeshEngine["watch"] = (listener) => this.#notices.watch(listener);

  recall(key: string, requestHash: string): RememberedRequest | undefined {
    return this.#unlessReadOnly(() => this.#parts.store.recall(key, requestHash));
  }

  remember: MeshEngine["remember"] = (key, response) => this.#unlessReadOnly(() => this.#parts.store.remember(key, response));

  ready = (): boolean => this.#hub.servesIngress();

  async close(): Promise<void> {
    for (const cancel of this.#timers) cancel();
    for (const mover of [this.plans, this.releases, this.policies, this.ejections, this.workloads]) mover.close();
    await this.#space.close();
    for (const part of [this.#publisher, this.#watch, this.#desk, this.#identities]) part.close();
    await this.#hub.close();
    this.#log.save();
  }

  /** A store that cannot write keeps no keys; the command itself is then refused with the reason. */
  #unlessReadOnly<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof StoreWriteError) return undefined;
      throw error;
    }
  }

  #requestsTo({ service, version }: VersionRef): number {
    return this.#parts.telemetry.versions(LIVE_WINDOW_MS).get(service)?.get(version)?.requests ?? 0;
  }

  readonly #nowIso = (): string => new Date(this.#parts.clock.wallMs()).toISOString();

  #context(author: ChangeAuthor | null): DecideContext {
    const input = {
      parts: this.#parts,
      log: this.#log,
      failing: this.#failing.instances,
      standing: this.ejections.over(this.#watch.instances()),
      metrics: this.#metrics,
      process: (id: string) => this.workloads.process(id),
      nowIso: this.#nowIso(),
    };
    return contextOf(input, author);
  }

  #instancesInput(): InstancesInput {
    const { leases } = this.#parts;
    return {
      state: this.#log.state,
      leases,
      failing: this.#failing.instances,
      hub: this.#hub,
      standing: this.ejections.over(this.#watch.instances()),
    };
  }

  #exposure(before: MeshState, after: MeshState): { readonly before: Exposure; readonly after: Exposure } {
    const edges = flowEdges(liveFlows(this.#parts.telemetry));
    const nowIso = this.#nowIso();
    return { before: exposure(before, edges, nowIso), after: predictedExposure(before, after, edges, nowIso) };
  }

  /** Figures move as long as any is in the live window: without traffic they fall. */
  #tellFigures(): void {
    if (this.#phases.look()) this.#notices.tell({ kind: "acceptance" });
    if (this.#parts.clock.monotonicMs() - this.#figuresMs <= LIVE_WINDOW_MS + FIGURES_EVERY_MS) this.#notices.tell({ kind: "figures" });
  }
}

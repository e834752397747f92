import type { IdentityDesk } from "./identity-desk.ts";
import type { InstanceWatch } from "./instance-watch.ts";
import type { MeshEngineParts } from "./mesh-engine-parts.ts";
import { ProxyHub } from "./proxies/proxy-hub.ts";
import type { SnapshotPublisher } from "./snapshot-publisher.ts";
import type { SplitPhases } from "./split-phases.ts";
import type { TapDesk } from "./tap-desk.ts";

/** Who is told what proxies say. */
export interface HubEars {
  readonly publisher: SnapshotPublisher;
  readonly phases: SplitPhases;
  readonly taps: TapDesk;
  readonly watch: InstanceWatch;
  readonly identities: IdentityDesk;
}

export interface EngineHubInput {
  /** They need the hub themselves, so they are asked for when something is said. */
  readonly ears: () => HubEars;
  readonly onFigures: () => void;
  readonly onAcceptance: () => void;
  readonly onListeners: () => void;
}

/** The hub of an engine: what proxies say goes to whom it concerns. */
export function createEngineHub(parts: MeshEngineParts, { ears, onAcceptance, onFigures, onListeners }: EngineHubInput): ProxyHub {
  const { clock, health, inboundMemory, onFault, proxySocket, telemetry } = parts;
  return new ProxyHub({
    path: proxySocket,
    clock,
    ...(inboundMemory === undefined ? {} : { inboundMemory }),
    onTelemetry(batch) {
      telemetry.accept(batch);
      onFigures();
    },
    onNewer: (version) => ears().publisher.publishAbove(version),
    onAcceptance() {
      ears().publisher.look();
      ears().phases.look();
      onAcceptance();
    },
    onListeners,
    onInstanceHealth(proxyId, events) {
      for (const event of events) ears().watch.take(proxyId, event);
    },
    onTap: (tapId, entries, dropped) => ears().taps.take(tapId, entries, dropped),
    onWelcome(proxyId, send) {
      ears().watch.forget(proxyId);
      ears().taps.welcome(send);
      ears().identities.welcome(proxyId, send);
    },
    onLost(proxyId) {
      ears().watch.forget(proxyId);
      ears().identities.lost(proxyId);
    },
    onIdentity: (hello, message, send) => ears().identities.take(hello, message, send),
    onFault,
    onEvent: (kind, subject, sentence) => health.add(kind, subject, sentence),
  });
}

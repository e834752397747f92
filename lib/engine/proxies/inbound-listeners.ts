/**
 * Where instances are reached over mTLS, by what their proxies said last.
 *
 * What a proxy said stays when it is lost, and across restarts of the engine: without it callers would take its instances for unprotected and call them in
 * plain text. It is replaced by what the proxy says next, and ends with the instances themselves.
 * Invariant: an instance is told with a listener from the first report on, until its own proxy reports a list without it.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OutboundListener } from "../../model/index.ts";

/** Where callers' proxies reach an instance over mTLS. */
export interface InboundAddress {
  readonly address: string;
  readonly port: number;
}

/** Instance id → its inbound listener. */
export type InboundListeners = ReadonlyMap<string, InboundAddress>;

/** Proxy id → its inbound listeners, the newest report last. */
export type InboundReports = ReadonlyMap<string, readonly OutboundListener[]>;

/** Keeps reports over restarts. */
export interface InboundMemory {
  load(): InboundReports;
  /** Throws where they cannot be kept. */
  save(reports: InboundReports): void;
}

/** The listeners of all reports as one map; `known` itself where nothing differs. Of two reports about one instance the newer counts. */
export function mergeInbound(known: InboundListeners, reports: InboundReports): InboundListeners {
  const merged = new Map<string, InboundAddress>();
  for (const list of reports.values()) for (const { instance, address, port } of list) merged.set(instance, { address, port });
  const isSame =
    merged.size === known.size &&
    [...merged].every(([id, { address, port }]) => known.get(id)?.address === address && known.get(id)?.port === port);
  return isSame ? known : merged;
}

const FILE = "inbound.json";

/** Keeps them in the data folder. A file that cannot be read is as good as none: proxies report anew as they connect. */
export function createInboundMemory(dir: string): InboundMemory {
  const path = join(dir, FILE);
  return {
    load() {
      try {
        return new Map(JSON.parse(readFileSync(path, "utf8")) as [string, OutboundListener[]][]);
      } catch {
        return new Map();
      }
    },
    save(reports) {
      writeFileSync(`${path}.new`, JSON.stringify([...reports]), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

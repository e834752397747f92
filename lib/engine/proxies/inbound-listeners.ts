import type { OutboundListener } from "../../model/index.ts";

/** Where callers' proxies reach an instance over mTLS. */
export interface InboundAddress {
  readonly address: string;
  readonly port: number;
}

/** Instance id → its inbound listener. */
export type InboundListeners = ReadonlyMap<string, InboundAddress>;

/** The inbound listeners of several proxies as one map; `known` itself where nothing differs. The first proxy that names an instance counts. */
export function mergeInbound(known: InboundListeners, lists: Iterable<Iterable<OutboundListener>>): InboundListeners {
  const merged = new Map<string, InboundAddress>();
  for (const list of lists) {
    for (const { instance, address, port } of list) if (!merged.has(instance)) merged.set(instance, { address, port });
  }
  const isSame =
    merged.size === known.size &&
    [...merged].every(([id, { address, port }]) => known.get(id)?.address === address && known.get(id)?.port === port);
  return isSame ? known : merged;
}

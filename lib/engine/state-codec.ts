import type { ChangeId, Instance, MeshState, Plan, RegisteredVersion, Service, ServiceName } from "../model/index.ts";
import { err, ok, type Result } from "../std/index.ts";
import { type DeliveryState, deliveryOf } from "./fold-delivery.ts";

/** Goes up whenever a fold of the same log would give another text. A state snapshot of another number is not used. */
export const STATE_CODEC = 9;

type EncodedService = Omit<Service, "versions" | "staticInstances"> & {
  readonly versions: readonly RegisteredVersion[];
  readonly staticInstances: readonly Instance[];
};

interface EncodedState extends Omit<MeshState, "services" | "retiredRevs" | "lastTouched" | "plans" | keyof DeliveryState> {
  readonly codec: number;
  readonly services: readonly EncodedService[];
  readonly plans: readonly Plan[];
  readonly retiredRevs: readonly (readonly [ServiceName, number])[];
  readonly lastTouched: readonly (readonly [string, ChangeId])[];
  readonly delivery: Readonly<Record<keyof DeliveryState, readonly (readonly [string, unknown])[]>>;
}

/** A state as JSON text; `decodeState` gives an equal state back, maps in the same order. */
export function encodeState(state: MeshState): string {
  const encoded: EncodedState = {
    codec: STATE_CODEC,
    seq: state.seq,
    services: [...state.services.values()].map((service) => ({
      ...service,
      versions: [...service.versions.values()],
      staticInstances: [...service.staticInstances.values()],
    })),
    overrides: state.overrides,
    evidence: state.evidence,
    rootRotation: state.rootRotation,
    plans: [...state.plans.values()],
    retiredRevs: [...state.retiredRevs],
    lastTouched: [...state.lastTouched],
    delivery: mapValues(deliveryOf(state), (values) => [...values]),
  };
  return JSON.stringify(encoded);
}

/** Reads what `encodeState` wrote; fails on another codec, whose states are then folded anew. */
export function decodeState(text: string): Result<MeshState, string> {
  const encoded = JSON.parse(text) as EncodedState;
  if (encoded.codec !== STATE_CODEC) return err(`The state snapshot has codec ${encoded.codec}, this engine reads ${STATE_CODEC}.`);
  return ok({
    seq: encoded.seq,
    services: new Map(encoded.services.map((service) => [service.name, decodeService(service)])),
    overrides: encoded.overrides,
    evidence: encoded.evidence,
    retiredRevs: new Map(encoded.retiredRevs),
    lastTouched: new Map(encoded.lastTouched),
    rootRotation: encoded.rootRotation,
    plans: new Map(encoded.plans.map((plan) => [plan.id, plan])),
    ...(mapValues(encoded.delivery, (entries) => new Map(entries)) as unknown as DeliveryState),
  });
}

function mapValues<K extends string, V, W>(record: Readonly<Record<K, V>>, change: (value: V) => W): Record<K, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value as V)])) as Record<K, W>;
}

function decodeService(service: EncodedService): Service {
  return {
    ...service,
    versions: new Map(service.versions.map((version) => [version.version, version])),
    staticInstances: new Map(service.staticInstances.map((instance) => [instance.id, instance])),
  };
}

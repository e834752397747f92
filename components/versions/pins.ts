/** A version of a service. */
export interface Ref {
  readonly service: string;
  readonly version: string;
}

/** The pinned version by service, in the order in which they were pinned. */
export type Pins = ReadonlyMap<string, string>;

/** Pins as the address carries them: `service@version`, one each; of several for one service the last counts, what is no pin is left out. */
export function parsePins(texts: readonly string[]): Pins {
  const pins = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf("@");
    if (at <= 0 || at === text.length - 1) continue;
    const service = text.slice(0, at);
    pins.delete(service);
    pins.set(service, text.slice(at + 1));
  }
  return pins;
}

/** The other way round. */
export function pinTexts(pins: Pins): readonly string[] {
  return [...pins].map(([service, version]) => refText({ service, version }));
}

export function refText({ service, version }: Ref): string {
  return `${service}@${version}`;
}

/** Pins a version, in place of another of its service; a version that is pinned is let go. */
export function togglePin(pins: Pins, { service, version }: Ref): Pins {
  return pins.get(service) === version ? withoutPin(pins, service) : withPin(pins, { service, version });
}

/** Pins a version, in place of another of its service. */
export function withPin(pins: Pins, { service, version }: Ref): Pins {
  return new Map(pins).set(service, version);
}

export function withoutPin(pins: Pins, service: string): Pins {
  return new Map([...pins].filter(([name]) => name !== service));
}

/** What of a service takes requests now. */
export interface LiveVersions {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly live: boolean }[];
}

/**
 * Where a plan has to lead: the chosen versions, those that are live already among them so that they stay; empty where all of them are the only
 * live one of their service. A service without a live version takes no requests, so there is nothing of it to move.
 */
export function targetOf(
  chosen: Iterable<readonly [service: string, version: string]>,
  services: readonly LiveVersions[],
): Record<string, string> {
  const live = new Map(services.map(({ name, versions }) => [name, versions.filter((each) => each.live).map((each) => each.version)]));
  const target = [...chosen].filter(([service]) => (live.get(service) ?? []).length > 0);
  const isThere = target.every(([service, version]) => live.get(service)?.every((each) => each === version) === true);
  return isThere ? {} : Object.fromEntries(target);
}

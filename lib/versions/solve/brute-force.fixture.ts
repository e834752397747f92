import type { Version } from "../../model/index.ts";
import { createXorshift, type Random, randomBelow } from "../../std/index.ts";
import { Bitset } from "../bitset.ts";
import { Relation } from "../relation.ts";
import type { Configuration, Space, SpaceEdge } from "../space.ts";
import { VersionOrder } from "../version-order.ts";

/** An order of versions 1.0.0, 1.1.0, … */
export function orderOf(size: number): VersionOrder {
  return new VersionOrder(Array.from({ length: size }, (_, minor) => `1.${minor}.0` as Version));
}

export function relationOf(
  consumers: VersionOrder,
  providers: VersionOrder,
  allows: (consumer: number, provider: number) => boolean,
): Relation {
  const rows = consumers.versions.map((_, consumer) => Bitset.from(providers.size, (provider) => allows(consumer, provider)));
  return new Relation(consumers, providers, rows);
}

/** A space over as many services as there are sizes, with edges as given. */
export function spaceOf(
  sizes: readonly number[],
  edges: readonly { consumer: number; provider: number; allows: (consumer: number, provider: number) => boolean }[],
): Space {
  const services = sizes.map((size, index) => ({ name: `s${index}`, order: orderOf(size), candidates: Bitset.full(size) }));
  const packed = edges.map(({ consumer, provider, allows }): SpaceEdge => {
    const allowed = relationOf(services[consumer]?.order ?? orderOf(0), services[provider]?.order ?? orderOf(0), allows);
    return { consumer, provider, allowed };
  });
  return { services, edges: packed };
}

/** A small space of random shape, tightness and candidates, the same for the same seed; some have no configuration. */
export function randomSpace(seed: number, servicesMax = 8, versionsMax = 4): Space {
  const random = createXorshift(seed * 2_654_435_761 + 1);
  const count = 1 + randomBelow(random, servicesMax);
  const sizes = Array.from({ length: count }, () => 1 + randomBelow(random, versionsMax));
  const wide = randomBelow(random, 10) === 0 && count <= 3;
  if (wide) sizes[0] = 34;
  const tightness = 0.25 + randomBelow(random, 70) / 100;
  const edges = Array.from({ length: randomBelow(random, count * 2) }, () => {
    const consumer = randomBelow(random, count);
    const provider = randomBelow(random, count);
    const width = sizes[provider] ?? 1;
    const bits = Array.from({ length: (sizes[consumer] ?? 1) * width }, () => randomBelow(random, 1024) < tightness * 1024);
    return { consumer, provider, allows: (from: number, to: number) => bits[from * width + to] === true };
  });
  const space = spaceOf(sizes, edges);
  const services = space.services.map((service) => ({ ...service, candidates: someOf(random, service.order.size) }));
  return { ...space, services };
}

/** Every configuration of a space, in lexicographic order, by trying them all. */
export function allConfigurations(space: Space): Configuration[] {
  const found: number[][] = [];
  const chosen: number[] = [];
  const fits = () =>
    space.edges.every(({ consumer, provider, allowed }) => {
      if (Math.max(consumer, provider) !== chosen.length - 1) return true;
      return allowed.has(chosen[consumer] ?? -1, chosen[provider] ?? -1);
    });
  const extend = () => {
    const service = space.services[chosen.length];
    if (service === undefined) {
      found.push([...chosen]);
      return;
    }
    for (const position of service.candidates) {
      chosen.push(position);
      if (fits()) extend();
      chosen.pop();
    }
  };
  extend();
  return found;
}

/** Pins of a few services, each at any position of its order. */
export function randomPins(seed: number, space: Space): Map<number, number> {
  const random = createXorshift(seed * 40_503 + 7);
  const pins = new Map<number, number>();
  for (let left = randomBelow(random, 3); left > 0; left--) {
    const service = randomBelow(random, space.services.length);
    pins.set(service, randomBelow(random, space.services[service]?.order.size ?? 1));
  }
  return pins;
}

export function honours(configuration: Configuration, pins: ReadonlyMap<number, number>): boolean {
  return [...pins].every(([service, position]) => configuration[service] === position);
}

function someOf(random: Random, size: number): Bitset {
  if (randomBelow(random, 3) > 0) return Bitset.full(size);
  return Bitset.from(size, () => randomBelow(random, 4) > 0);
}

import { useMemo } from "react";
import type { Service } from "@/lib/client/index.ts";
import type { Relation } from "@/lib/versions/index.ts";
import type { KnownSpace } from "./known-space.ts";
import { orderColumns } from "./order-columns.ts";
import type { Pins } from "./pins.ts";
import type { VersionSpace } from "./space-cells.ts";
import { layOutSpace, type SpaceLayout } from "./space-layout.ts";

/** Services that rule out versions of each other should stand side by side. */
const TIGHT_WEIGHT = 4;

interface LayoutSource {
  readonly base: VersionSpace;
  readonly known: KnownSpace;
  readonly services: readonly Service[];
  readonly pins: Pins;
  readonly filter: string;
  /** Services without an edge are shown too. */
  readonly hasAlone: boolean;
  /** Pixels from left to right. */
  readonly room: number;
}

interface ShownSpace {
  readonly layout: SpaceLayout;
  /** Services without an edge, shown or not. */
  readonly alone: number;
  /** Nothing fits the filter. */
  readonly isEmpty: boolean;
}

/** The columns that are shown, in order: those that fit the filter, and whatever is pinned. */
export function useSpaceLayout({ base, filter, hasAlone, known, pins, room, services }: LayoutSource): ShownSpace {
  const { edges, services: places } = known.possible;
  const count = places.length;
  // Text compares by what it says: the order is dear to find, and facts change more often than edges.
  const links = edges.map(({ allowed, consumer, provider }) => `${consumer}-${provider}-${isTight(allowed) ? TIGHT_WEIGHT : 1}`).join(" ");
  const order = useMemo(() => {
    const pairs = links.split(" ").filter(Boolean);
    return orderColumns(
      count,
      pairs.map((link) => link.split("-").map(Number) as [number, number, number]),
    );
  }, [count, links]);
  return useMemo(() => {
    const text = filter.trim().toLowerCase();
    const fits = (name: string) => pins.has(name) || name.toLowerCase().includes(text);
    const nameOf = (place: number) => places[place]?.name ?? "";
    const alone = order.alone.map(nameOf);
    const shown = [...order.joined.map(nameOf), ...alone.filter((name) => hasAlone || text !== "" || pins.has(name))].filter(fits);
    const versionsOf = new Map(base.services.map(({ name, versions }) => [name, versions.map((each) => each.version)]));
    const columns = shown.flatMap((service) => {
      const versions = versionsOf.get(service) ?? [];
      return versions.length === 0
        ? []
        : [
            {
              service,
              versions,
              base: basePlace(
                versions,
                services.find(({ name }) => name === service),
              ),
            },
          ];
    });
    return { layout: layOutSpace(columns, room), alone: alone.length, isEmpty: columns.length === 0 };
  }, [base, filter, hasAlone, order, pins, places, room, services]);
}

/** Whether some pair of versions may not meet. */
function isTight(allowed: Relation): boolean {
  return allowed.count < allowed.consumers.size * allowed.providers.size;
}

/** Where the most traffic goes; the newest version where none goes anywhere. */
function basePlace(versions: readonly string[], service: Service | undefined): number {
  const weights = versions.map((version) => service?.versions.find((each) => each.version === version)?.weightBp ?? 0);
  const most = Math.max(...weights);
  return most === 0 ? versions.length - 1 : weights.indexOf(most);
}

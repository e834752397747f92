import type { Problem, Service } from "../../model/index.ts";
import { stillUsed } from "../decide/deployments.ts";
import type { InstanceView } from "../views.ts";
import type { Slot } from "./slot-table.ts";

interface Others {
  readonly service: Service | undefined;
  readonly slots: readonly Slot[];
  readonly instances: readonly InstanceView[];
}

/**
 * Why a ready process cannot be stopped or restarted just so: requests go to its version, and no other instance takes them. Those that were asked to end, or
 * to begin anew, do not count, though they may still serve. Null where it can.
 */
export function lastReady(slot: Slot, { instances, service, slots }: Others): Problem | null {
  const used = service === undefined ? null : stillUsed(service, slot.version);
  if (used === null) return null;
  const isGoing = ({ desired, report, restartSeq }: Slot) => desired !== "run" || restartSeq > (report?.restartSeq ?? 0);
  const going = new Set(slots.filter((each) => each.id === slot.id || isGoing(each)).map(({ report }) => report?.instanceId));
  const others = instances.filter(({ health, id, service: name, version }) => {
    return name === slot.service && version === slot.version && health === "ready" && !going.has(id);
  });
  if (others.length > 0) return null;
  const detail = `${used.detail} No other instance of it is ready: these requests would get 503.`;
  return { ...used, path: "id", detail, fix: "Start another one first, or move its traffic. With anyway=true it is done all the same." };
}

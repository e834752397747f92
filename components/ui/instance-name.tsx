import { KeepTail } from "./keep-tail.tsx";

/** An instance's id; where room is short its service and version are cut, not what comes after the last dash and tells it from its siblings. */
export function InstanceName({ id }: { readonly id: string }) {
  const at = id.lastIndexOf("-");
  return at < 1 ? <KeepTail head={id} tail="" /> : <KeepTail head={id.slice(0, at)} tail={id.slice(at)} />;
}

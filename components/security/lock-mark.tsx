import { Lock, LockOpen } from "lucide-react";
import type { EdgeLock } from "@/components/live/edge-lock.ts";
import { classNames } from "@/components/ui/class-names.ts";

/** A lock, closed where everything goes over mTLS; nothing while that is unknown. Its meaning is said by the text beside it, or by `label`. */
export function LockMark({
  lock,
  label,
  className,
}: {
  readonly lock: EdgeLock | null;
  readonly label?: string;
  readonly className?: string;
}) {
  if (lock === null) return null;
  const Icon = lock === "closed" ? Lock : LockOpen;
  return (
    <Icon
      {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
      strokeWidth={2.2}
      className={classNames("size-2.5 shrink-0", lock === "closed" ? "text-ink-3" : "text-warn", className)}
    />
  );
}

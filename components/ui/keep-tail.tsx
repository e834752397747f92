import { classNames } from "./class-names.ts";

/** A name of which the beginning is cut off where room is short, never the end: a version, or what tells two instances apart. */
export function KeepTail({ head, tail, className }: { readonly head: string; readonly tail: string; readonly className?: string }) {
  return (
    <span title={`${head}${tail}`} className={classNames("inline-flex min-w-0 max-w-full align-bottom", className)}>
      <span className="truncate">{head}</span>
      <span className="shrink-0 whitespace-pre">{tail}</span>
    </span>
  );
}

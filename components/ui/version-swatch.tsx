import { classNames } from "./class-names.ts";

/** The coloured bar that stands beside a version's name. */
export function VersionSwatch({ colour, className }: { readonly colour: string; readonly className?: string }) {
  return (
    <span aria-hidden style={{ background: colour }} className={classNames("inline-block h-4 w-[3px] shrink-0 rounded-[2px]", className)} />
  );
}

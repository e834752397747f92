import type { ReactNode } from "react";

/** A key on the keyboard. */
export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-grid h-[18px] min-w-[18px] place-items-center rounded-1 border border-line-2 bg-panel px-1 font-mono text-[10.5px] font-medium leading-none text-ink-2">
      {children}
    </kbd>
  );
}

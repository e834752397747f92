import type { HTMLAttributes, TdHTMLAttributes, ThHTMLAttributes } from "react";
import { classNames } from "./class-names.ts";

/** A table of figures: first column left, figures right; wide ones scroll inside their frame. */
export function Table({ label, className, children, ...rest }: HTMLAttributes<HTMLTableElement> & { readonly label: string }) {
  return (
    <div className="overflow-x-auto">
      <table {...rest} aria-label={label} className={classNames("w-full border-collapse", className)}>
        {children}
      </table>
    </div>
  );
}

interface CellLooks {
  readonly left?: boolean;
}

/** A column's name. */
export function Th({ left, className, ...rest }: ThHTMLAttributes<HTMLTableCellElement> & CellLooks) {
  return (
    <th
      scope="col"
      {...rest}
      className={classNames(
        "h-8 whitespace-nowrap px-2 text-xs font-[520] text-ink-3 first:pl-4 last:pr-4",
        left ? "text-left" : "text-right",
        className,
      )}
    />
  );
}

/** A cell. */
export function Td({ left, className, ...rest }: TdHTMLAttributes<HTMLTableCellElement> & CellLooks) {
  return (
    <td
      {...rest}
      className={classNames(
        "h-9 border-t border-line px-2 py-1.5 tabular-nums first:pl-4 last:pr-4",
        left ? "text-left" : "text-right",
        className,
      )}
    />
  );
}

"use client";

import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** Actions behind one button. `trigger` must be a button element. */
export function Menu({
  trigger,
  children,
  align = "end",
}: {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: "start" | "end";
}) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={5} align={align} className="z-60">
          <Base.Popup className="min-w-[180px] rounded-2 border border-line-2 bg-raised p-1 shadow-raised outline-none transition-opacity duration-120 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** One action of a menu. */
export function MenuItem({
  onSelect,
  danger,
  disabled,
  children,
}: {
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Base.Item
      onClick={onSelect}
      disabled={disabled ?? false}
      className={classNames(
        "flex h-7 cursor-default items-center gap-2 rounded-1 px-2 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-accent-soft [&_svg]:size-3.5",
        danger ? "text-bad" : "text-ink",
      )}
    >
      {children}
    </Base.Item>
  );
}

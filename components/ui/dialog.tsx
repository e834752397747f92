"use client";

import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useTranslations } from "use-intl";
import { buttonClass } from "./button.tsx";
import { classNames } from "./class-names.ts";

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons and, below them, the command; stays in view. */
  readonly footer?: ReactNode;
  readonly width?: number;
  /** What has the focus at first; the first field otherwise. */
  readonly initialFocus?: React.RefObject<HTMLElement | null>;
}

const BACKDROP = "fixed inset-0 bg-veil transition-opacity duration-180 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0";

/** A question in the middle of the screen. */
export function Dialog({ open, onClose, title, description, children, footer, width = 480, initialFocus }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={`${BACKDROP} z-52`} />
        <Base.Popup
          ref={popup}
          initialFocus={initialFocus ?? (() => firstField(popup.current))}
          style={{ width }}
          className="fixed left-1/2 top-[14vh] z-53 flex max-h-[76vh] max-w-[calc(100vw-32px)] -translate-x-1/2 flex-col overflow-hidden rounded-3 border border-line-2 bg-panel shadow-raised transition-[opacity,transform] duration-180 ease-settle data-[ending-style]:opacity-0 data-[starting-style]:-translate-y-1 data-[starting-style]:opacity-0"
        >
          <Head title={title} description={description} />
          {children && <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>}
          {footer && <div className="border-t border-line">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** A panel from the right: the page stays in sight behind it. */
export function Sheet({ open, onClose, title, description, children, footer, width = 520, initialFocus }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={`${BACKDROP} top-12 z-40`} />
        <Base.Popup
          ref={popup}
          initialFocus={initialFocus ?? (() => firstField(popup.current))}
          style={{ width }}
          className="fixed top-12 right-0 bottom-0 z-50 flex max-w-full flex-col border-l border-line-2 bg-panel shadow-sheet transition-[opacity,transform] duration-180 ease-settle data-[ending-style]:translate-x-4 data-[ending-style]:opacity-0 data-[starting-style]:translate-x-6 data-[starting-style]:opacity-0"
        >
          <Head title={title} description={description} keyHint="esc" />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer && <div className="border-t border-line">{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Where typing begins; `true` leaves the choice to the dialog, which takes its first control. */
function firstField(popup: HTMLElement | null): HTMLElement | true {
  return popup?.querySelector<HTMLElement>("input:not([type=checkbox]), textarea") ?? true;
}

function Head({ title, description, keyHint }: { readonly title: ReactNode; readonly description?: ReactNode; readonly keyHint?: string }) {
  const t = useTranslations("common");
  return (
    <div className="border-b border-line px-5 pb-3.5 pt-4">
      <div className="flex items-start gap-3">
        <Base.Title className="min-w-0 flex-1 break-words text-lg font-[620] tracking-[-0.018em]">{title}</Base.Title>
        <Base.Close className={classNames(buttonClass({ kind: "ghost", size: keyHint ? "small" : "icon-small" }), "-mr-1")}>
          <span className="sr-only">{t("close")}</span>
          {keyHint ? (
            <span className="rounded-1 border border-line-2 px-1.5 font-mono text-[10.5px] leading-[17px]">{keyHint}</span>
          ) : (
            <X aria-hidden />
          )}
        </Base.Close>
      </div>
      {description && <Base.Description className="mt-1 text-ink-2">{description}</Base.Description>}
    </div>
  );
}

/** Buttons of a dialog or sheet. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return <div className="flex items-center gap-2.5 px-5 py-3.5">{children}</div>;
}

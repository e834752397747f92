"use client";

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useIsStale } from "@/components/live/use-stream-status.ts";
import { Button } from "@/components/ui/button.tsx";
import { classNames } from "@/components/ui/class-names.ts";
import type { Command } from "@/components/ui/copy-command.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";

interface InspectorFrameProps {
  readonly label: string;
  readonly title: ReactNode;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly command: Command;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The panel on the right, over the canvas where the window is narrow: title, sections that scroll, and the command for what it shows. */
export function InspectorFrame({ label, title, aside, command, onClose, children }: InspectorFrameProps) {
  const t = useTranslations("topology.inspector");
  const isStale = useIsStale();
  return (
    <aside
      aria-label={label}
      className="flex h-full w-[372px] shrink-0 flex-col border-l border-line bg-panel max-[1199px]:absolute max-[1199px]:inset-y-0 max-[1199px]:right-0 max-[1199px]:z-30 max-[1199px]:shadow-raised"
    >
      <div className="flex min-h-[50px] items-center gap-2.5 border-b border-line px-4 py-2">
        <h1 className="min-w-0 truncate">{title}</h1>
        <span className="flex min-w-0 flex-1 items-center gap-2">{aside}</span>
        <Button kind="ghost" size="icon-small" aria-label={t("close")} onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      <div className={classNames("min-h-0 flex-1 overflow-y-auto", isStale && "opacity-55")}>{children}</div>
      <CopyCommand command={command} />
    </aside>
  );
}

/** One part of the panel. */
export function InspectorSection({
  title,
  aside,
  children,
}: {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="border-b border-line px-4 py-[13px] last:border-b-0">
      {title !== undefined && (
        <div className="mb-2 flex items-baseline gap-2">
          <h2>{title}</h2>
          <span className="ml-auto truncate text-xs text-ink-3">{aside}</span>
        </div>
      )}
      {children}
    </section>
  );
}

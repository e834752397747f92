import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names.ts";

interface PageProps {
  readonly title: ReactNode;
  /** Beside the title: tags, one line of figures. */
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
  /** Under the page, always in view: the command for what it shows. */
  readonly command?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A scrolling page with its heading and its command; as wide as the screen allows, up to where lines get too long to follow. */
export function Page({ title, aside, actions, command, children, className }: PageProps) {
  return (
    <div className="flex h-full flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className={classNames("mx-auto grid w-full max-w-[1720px] gap-4 px-[26px] pb-8 pt-5", className)}>
          <header className="flex min-h-[30px] flex-wrap items-center gap-x-3 gap-y-2">
            <h1 className="mr-0.5">{title}</h1>
            {aside}
            <span className="flex-1" />
            {actions}
          </header>
          {children}
        </div>
      </div>
      {command}
    </div>
  );
}

/** A surface with a heading. */
export function Card({
  title,
  aside,
  children,
  className,
  flush,
}: {
  readonly title?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  readonly flush?: boolean;
}) {
  return (
    <section className={classNames("card min-w-0 overflow-hidden", className)}>
      {title !== undefined && (
        <div className="flex min-h-[46px] flex-wrap items-center gap-x-2.5 gap-y-1 px-4 pt-1">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      <div className={flush ? "" : classNames("px-4 pb-4", title === undefined && "pt-4")}>{children}</div>
    </section>
  );
}

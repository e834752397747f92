"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { classNames } from "./class-names.ts";
import { quote } from "./quote.ts";

export interface Command {
  /** `interlock split payments 3.0.0=14`. */
  readonly cli: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `/api/v1/…` */
  readonly path: string;
  readonly body?: unknown;
  /** The service's rev, where the request needs If-Match. */
  readonly rev?: number | undefined;
}

type Side = "cli" | "api";

/** The same request for a terminal. */
export function curlOf(command: Command, origin: string): string {
  const parts = ["curl", ...(command.method === "GET" ? [] : ["-X", command.method]), quote(`${origin}${command.path}`)];
  if (command.rev !== undefined) parts.push("-H", quote(`if-match: "${command.rev}"`));
  if (command.body !== undefined) parts.push("-H", quote("content-type: application/json"), "-d", quote(JSON.stringify(command.body)));
  return parts.join(" ");
}

/** The command and the request for what a screen shows or is about to do, ready to copy. */
export function CopyCommand({ command, className }: { readonly command: Command; readonly className?: string }) {
  const t = useTranslations("common.command");
  const [side, setSide] = useState<Side>("cli");
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);

  const shown =
    side === "cli"
      ? command.cli
      : `${command.method} ${command.path}${command.body === undefined ? "" : ` ${JSON.stringify(command.body)}`}`;
  const copy = async () => {
    await navigator.clipboard.writeText(side === "cli" ? command.cli : curlOf(command, window.location.origin));
    setCopied(true);
  };
  return (
    <section
      aria-label={`${t("label")}: ${shown}`}
      className={classNames("flex min-w-0 items-center gap-2.5 border-t border-line bg-sunken px-3 py-1.5 text-ink-2", className)}
    >
      <div className="flex shrink-0 rounded-1 border border-line-2">
        {(["cli", "api"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={side === each}
            onClick={() => setSide(each)}
            className={classNames(
              "h-[20px] rounded-[3px] px-1.5 text-[10.5px] font-[560] leading-none",
              side === each ? "bg-accent-soft text-ink" : "text-ink-3 hover:text-ink",
            )}
          >
            {t(each)}
          </button>
        ))}
      </div>
      <code className="min-w-0 flex-1 truncate font-mono text-[11.5px]" title={shown}>
        {side === "cli" && <span className="mr-1.5 text-ink-3">$</span>}
        {shown}
      </code>
      <button
        type="button"
        onClick={() => void copy()}
        aria-label={side === "cli" ? t("copyCli") : t("copyApi")}
        className="grid size-6 shrink-0 place-items-center rounded-1 text-ink-3 hover:text-ink"
      >
        {copied ? <Check aria-hidden className="size-3.5 text-ok" /> : <Copy aria-hidden className="size-3.5" />}
      </button>
    </section>
  );
}

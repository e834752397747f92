"use client";

import { useTranslations } from "use-intl";

const HATCH = "repeating-linear-gradient(135deg, color-mix(in srgb, var(--bad) 70%, transparent) 0 1px, transparent 1px 4px)";

/** What the looks of cells and lines mean. */
export function SpaceLegend() {
  const t = useTranslations("versions.legend");
  const box = "inline-block h-[11px] w-[15px] rounded-[3px] border";
  return (
    <ul aria-label={t("label")} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-4 py-2.5 text-xs text-ink-2">
      <Item text={t("live")}>
        <span
          className={`${box} border-v0 bg-[linear-gradient(to_right,color-mix(in_srgb,var(--v0)_45%,transparent)_60%,transparent_60%)]`}
        />
      </Item>
      <Item text={t("possible")}>
        <span className={`${box} border-line-2`} />
      </Item>
      <Item text={t("byPin")}>
        <span className={`${box} border-bad`} style={{ backgroundImage: HATCH }} />
      </Item>
      <Item text={t("anyway")}>
        <span className={`${box} border-dashed border-ink-3`} />
      </Item>
      <span aria-hidden className="h-3 w-px bg-line-2" />
      <Item text={t("proven")}>
        <Line stroke="var(--accent)" />
      </Item>
      <Item text={t("unknown")}>
        <Line stroke="var(--unknown)" dashes="5 3" />
      </Item>
      <Item text={t("broken")}>
        <Line stroke="var(--bad)" dashes="2 3" />
      </Item>
    </ul>
  );
}

function Item({ children, text }: { readonly children: React.ReactNode; readonly text: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden className="inline-flex">
        {children}
      </span>
      {text}
    </li>
  );
}

function Line({ dashes, stroke }: { readonly dashes?: string; readonly stroke: string }) {
  return (
    <svg aria-hidden="true" width="20" height="4">
      <path d="M0 2H20" stroke={stroke} strokeWidth="1.7" strokeDasharray={dashes} />
    </svg>
  );
}

"use client";

import { useTranslations } from "use-intl";
import { Sheet } from "@/components/ui/dialog.tsx";
import { Kbd } from "@/components/ui/kbd.tsx";

const EVERYWHERE = [
  ["palette", "⌘", "K"],
  ["goTopology", "g", "t"],
  ["goServices", "g", "s"],
  ["goVersions", "g", "v"],
  ["goCompatibility", "g", "c"],
  ["goTap", "g", "r"],
  ["goSecurity", "g", "i"],
  ["goActivity", "g", "a"],
  ["goSettings", "g", ","],
  ["undo", "u"],
  ["rollback", "r"],
  ["help", "?"],
] as const;

const TOPOLOGY = [
  ["find", "/"],
  ["walk", "←", "↑", "→", "↓"],
  ["enter", "↵"],
  ["weights", "w"],
] as const;

/** What the keyboard can do. */
export function HelpSheet({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const t = useTranslations("shell.help");
  return (
    <Sheet open={open} onClose={onClose} title={t("title")} width={420}>
      <Keys title={t("everywhere")} rows={EVERYWHERE} />
      <Keys title={t("topology")} rows={TOPOLOGY} />
    </Sheet>
  );
}

type Row = (typeof EVERYWHERE)[number] | (typeof TOPOLOGY)[number];

function Keys({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  const t = useTranslations("shell.help");
  return (
    <section className="mb-5">
      <h2 className="mb-1">{title}</h2>
      <dl>
        {rows.map(([what, ...keys]) => (
          <div key={what} className="flex h-9 items-center border-t border-line">
            <dt className="flex-1 text-ink-2">{t(what)}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

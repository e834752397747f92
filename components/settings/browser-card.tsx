"use client";

import { type FormEvent, useState, useSyncExternalStore } from "react";
import { toast } from "sonner";
import { useTranslations } from "use-intl";
import { useTopologyShape } from "@/components/live/use-mesh.ts";
import { locales } from "@/components/messages/locales.ts";
import { AUTHOR_LENGTH_MAX, authorStore, setAuthor } from "@/components/shell/author-store.ts";
import { Card } from "@/components/shell/page.tsx";
import { usePreferences } from "@/components/shell/preferences.tsx";
import type { Theme } from "@/components/shell/theme.ts";
import { isDemoMesh } from "@/components/tour/tour-steps.ts";
import { startTour } from "@/components/tour/tour-store.ts";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { Choice } from "./choice.tsx";

const THEMES = ["dark", "light", "system"] as const satisfies readonly Theme[];

/** Theme, language and name, which stay in this browser, and the tour. */
export function BrowserCard() {
  const t = useTranslations("settings");
  const shell = useTranslations("shell");
  const { theme, setTheme, locale, setLocale } = usePreferences();
  return (
    <Card title={t("browser")} aside={<span className="text-ink-3">{t("browserAside")}</span>}>
      <div className="grid gap-4 pt-1">
        <Choice
          label={t("theme")}
          value={theme}
          onChange={setTheme}
          options={THEMES.map((each) => ({ value: each, label: shell(`theme.${each}`) }))}
        />
        <Choice
          label={t("language")}
          value={locale}
          onChange={setLocale}
          options={locales.map((each) => ({ value: each, label: t(`languages.${each}`) }))}
        />
        <AuthorName />
        <TourAgain />
      </div>
    </Card>
  );
}

/** The name is known in the browser only; the server draws the field empty. */
function useAuthor(): string {
  return useSyncExternalStore(
    authorStore.subscribe,
    () => authorStore.getState().author,
    () => "",
  );
}

function AuthorName() {
  const t = useTranslations("settings");
  const common = useTranslations("common");
  const author = useAuthor();
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? author;
  const isChanged = name.trim() !== author;
  const save = (event: FormEvent) => {
    event.preventDefault();
    setAuthor(name);
    setTyped(null);
    toast.success(name.trim() === "" ? t("authorCleared") : t("authorSaved", { name: name.trim() }));
  };
  return (
    <form onSubmit={save} className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2">
      <TextField
        label={t("author")}
        name="author"
        autoComplete="name"
        maxLength={AUTHOR_LENGTH_MAX}
        value={name}
        hint={author === "" ? t("authorEmpty") : t("authorHint")}
        onChange={(event) => setTyped(event.target.value)}
      />
      <Button type="submit" className="mt-[22px]" disabled={!isChanged}>
        {common("save")}
      </Button>
    </form>
  );
}

/** The tour needs the demo's services; elsewhere there is nothing to show. */
function TourAgain() {
  const t = useTranslations("settings");
  const { services } = useTopologyShape();
  if (!isDemoMesh(services)) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-line pt-3">
      <div className="min-w-0 flex-1">
        <h3 className="text-sm font-[540] text-ink-2">{t("tour")}</h3>
        <p className="text-xs text-ink-3">{t("tourDetail")}</p>
      </div>
      <Button onClick={startTour}>{t("tourStart")}</Button>
    </div>
  );
}

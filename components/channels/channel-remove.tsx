"use client";

import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button.tsx";
import { CopyCommand } from "@/components/ui/copy-command.tsx";
import { Dialog, DialogActions } from "@/components/ui/dialog.tsx";
import { ProblemList } from "@/components/ui/problem-list.tsx";
import type { Channel } from "./channel-view.ts";
import { useChannelWrite } from "./use-channels.ts";

/** Asks before a channel goes, and says what it will not be told. */
export function ChannelRemove({ channel, onClose }: { readonly channel: Channel; readonly onClose: () => void }) {
  const t = useTranslations("channels");
  const common = useTranslations("common");
  const { isPending, problem, run } = useChannelWrite(onClose);
  const { name, rev, standing } = channel;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("removeTitle", { name })}
      description={t("removeDetail", { n: standing.pending })}
      footer={
        <>
          <DialogActions>
            <Button kind="danger-solid" disabled={isPending} onClick={() => run({ name, rev, body: null })}>
              {t("remove")}
            </Button>
            <Button kind="ghost" onClick={onClose}>
              {common("cancel")}
            </Button>
          </DialogActions>
          <CopyCommand command={{ cli: `interlock channels remove ${name}`, method: "DELETE", path: `/api/v1/channels/${name}`, rev }} />
        </>
      }
    >
      {problem && <ProblemList error={problem} />}
    </Dialog>
  );
}

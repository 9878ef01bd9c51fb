import { useState } from "react";
import { type JoinTokenBody, useInviteWorker } from "@/api/admin-actions";
import { Dialog } from "@/components/dialog";
import { workers as en } from "@/i18n/en/workers";
import { useText } from "@/i18n/text";
import { basePath } from "@/lib/base-path";
import { inviteCommand, isWorkerName, joinCommand } from "@/lib/invite";
import { FormEnd } from "../admin/action";
import { Cli } from "../admin/cli";
import { Field, TextField } from "../admin/field";
import { ShownOnce } from "../admin/shown-once";

const HOUR_MS = 3_600_000;
/** Longer, and it is another secret to be looked after. */
const HOURS = 24;

/** Makes a token with which a worker joins, and shows the one command to be run on its machine. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const t = useText("workers", en);
  const [name, setName] = useState("");
  const [many, setMany] = useState(false);
  const invite = useInviteWorker();
  const server = window.location.origin + basePath;
  const named = many ? "" : name.trim();
  const isGood = named === "" || isWorkerName(named);
  const bodyAt = (now: number): JoinTokenBody => ({
    worker_name: named || null,
    is_single_use: !many,
    expires_at: new Date(now + HOURS * HOUR_MS).toISOString(),
  });
  if (invite.data) {
    return (
      <Dialog title={t("invite")} onClose={onClose}>
        <div className="flex flex-col gap-3">
          <p>{t("inviteRun")}</p>
          <ShownOnce
            text={joinCommand(server, invite.data.token, named)}
            copy={t("copyCommand")}
            onClose={onClose}
          >
            <p className="text-muted">{t(many ? "inviteMany" : "inviteOnce")}</p>
          </ShownOnce>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t("invite")} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate(bodyAt(Date.now()));
        }}
      >
        <Field label={t("inviteFor")}>
          {(ids) => (
            <select
              {...ids}
              className="field self-start"
              value={many ? "many" : "one"}
              onChange={({ target }) => setMany(target.value === "many")}
            >
              <option value="one">{t("forOne", { hours: HOURS })}</option>
              <option value="many">{t("forMany", { hours: HOURS })}</option>
            </select>
          )}
        </Field>
        {many ? null : (
          <TextField
            label={t("inviteName")}
            hint={t("inviteNameHint")}
            error={isGood ? null : t("inviteNameBad")}
            value={name}
            maxLength={250}
            onChange={setName}
          />
        )}
        <Cli lines={inviteCommand(isGood ? named : "NAME", many ? HOURS : null)} />
        <FormEnd
          call={{ method: "POST", path: "/api/v2/workers/joinTokens", body: bodyAt(Date.now()) }}
          change={invite}
          blocked={!isGood}
          submit={t("inviteMake")}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

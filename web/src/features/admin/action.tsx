import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { meQuery, type Role } from "@/api/rights";
import { CopyCurl } from "@/components/copy-curl";
import { Dialog } from "@/components/dialog";
import { ActionError } from "@/components/feedback";
import { admin as en } from "@/i18n/en/admin";
import { common } from "@/i18n/en/common";
import { useText } from "@/i18n/text";
import type { Call } from "@/lib/curl";
import { Cli } from "./cli";

/**
 * A button that says why it does nothing: it stays in the tab order, so that its reason is read
 * out, too.
 */
export function Action({
  needs,
  label,
  kind = "",
  disabled = false,
  onClick,
  children,
}: {
  /** The role that the person lacks; undefined when the action is allowed. */
  needs?: Role | undefined;
  label?: string | undefined;
  kind?: "" | "button-primary" | "button-danger";
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  const t = useText("common", common);
  const id = useId();
  const reason = needs ? t("needsRole", { role: needs }) : undefined;
  return (
    <>
      <button
        type="button"
        className={`button ${kind} ${needs ? "cursor-not-allowed opacity-55" : ""}`}
        aria-label={label}
        aria-disabled={needs !== undefined}
        aria-describedby={reason ? id : undefined}
        title={reason ?? label}
        disabled={disabled}
        onClick={needs ? undefined : onClick}
      >
        {children}
      </button>
      {reason ? (
        <span id={id} className="sr-only">
          {reason}
        </span>
      ) : null}
    </>
  );
}

interface Change {
  error: unknown;
  isPending: boolean;
}

/** Asks before something is lost; the same as a command stands beside. */
export function Confirm({
  title,
  call,
  cli,
  change,
  confirm,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  call: Call;
  cli?: string | undefined;
  change: Change;
  confirm: string;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const t = useText("common", common);
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="mb-3 flex flex-col gap-2">{children}</div>
      {cli ? <Cli lines={cli} /> : null}
      <ActionError error={change.error} />
      <div className="mt-3 flex flex-wrap justify-end gap-2">
        <CopyCurl call={call} />
        <button type="button" className="button" onClick={onClose}>
          {t("cancel")}
        </button>
        <button
          type="button"
          className="button button-danger"
          disabled={change.isPending}
          onClick={onConfirm}
        >
          {confirm}
        </button>
      </div>
    </Dialog>
  );
}

/** The lower end of a form: its error, its curl, and the two ways out. */
export function FormEnd({
  call,
  change,
  blocked = false,
  submit,
  onClose,
}: {
  call: Call;
  change: Change;
  blocked?: boolean;
  submit?: string | undefined;
  onClose: () => void;
}) {
  const t = useText("common", common);
  const a = useText("admin", en);
  return (
    <>
      <ActionError error={change.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <CopyCurl call={call} />
        <button type="button" className="button" onClick={onClose}>
          {t("cancel")}
        </button>
        <button
          type="submit"
          className="button button-primary"
          disabled={blocked || change.isPending}
        >
          {change.isPending ? a("saving") : (submit ?? a("save"))}
        </button>
      </div>
    </>
  );
}

/** In place of a page that the server would refuse: which role it needs, and who can give it. */
export function PageNeeds({ needed }: { needed: Role }) {
  const t = useText("admin", en);
  const me = useQuery(meQuery()).data;
  return (
    <div className="panel p-4">
      <p>
        {t("pageNeeds", { role: needed })}{" "}
        {me?.role ? t("yourRole", { role: me.role }) : t("noRole")}
      </p>
      <p className="mt-2 mb-1 text-muted">{t("askAdmin")}</p>
      <Cli lines={`weft users set ${me?.username ?? "NAME"} --role ${needed}`} />
    </div>
  );
}

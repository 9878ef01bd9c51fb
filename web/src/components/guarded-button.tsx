import type { ReactNode } from "react";
import { type Over, type Role, useMay } from "@/api/rights";
import { common as en } from "@/i18n/en/common";
import { useText } from "@/i18n/text";

/** A button for what needs a role: without it, it stays in reach and says which role it needs. */
export function GuardedButton({
  needs,
  over,
  className = "",
  disabled = false,
  type = "button",
  label,
  onClick,
  children,
}: {
  needs: Role;
  over?: Over | undefined;
  className?: string;
  disabled?: boolean;
  type?: "button" | "submit";
  label?: string;
  onClick?: () => void;
  children: ReactNode;
}) {
  const t = useText("common", en);
  const may = useMay(needs, over);
  return (
    <button
      type={type}
      className={`button ${className}`}
      disabled={disabled}
      aria-disabled={may ? undefined : true}
      aria-label={label}
      title={may ? undefined : t("needsRole", { role: needs })}
      onClick={(event) => {
        if (may) onClick?.();
        else event.preventDefault();
      }}
    >
      {children}
    </button>
  );
}

import type { Role } from "@/api/rights";
import { isRole, ROLES } from "@/lib/grants";

/** The roles by their names in the API; null where `none` gives a word for it. */
export function RoleSelect({
  value,
  none,
  onChange,
  ...ids
}: {
  value: Role | null;
  none?: string | undefined;
  onChange: (role: Role | null) => void;
  id?: string;
  "aria-label"?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}) {
  return (
    <select
      {...ids}
      className="field"
      value={value ?? ""}
      onChange={({ target }) => onChange(isRole(target.value) ? target.value : null)}
    >
      {none === undefined ? null : <option value="">{none}</option>}
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {role}
        </option>
      ))}
    </select>
  );
}

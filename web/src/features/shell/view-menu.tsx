import { useId } from "react";
import { shell as en } from "@/i18n/en/shell";
import { chooseLanguage, LANGUAGES, type Language, useSpoken } from "@/i18n/language";
import { useText } from "@/i18n/text";
import { chooseZone, dagZone, useZone, useZoneChoice, ZONE_CHOICES } from "@/lib/clock";
import { useStore } from "@/lib/store";
import { chooseTheme, THEMES, useThemeChoice } from "@/lib/theme";
import { Menu } from "./menu";

const LOCAL_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const THEME_NAMES = { system: "themeSystem", light: "themeLight", dark: "themeDark" } as const;

/** How times, colours and words are shown: each kept in this browser. */
export function ViewMenu() {
  const t = useText("shell", en);
  const [zone] = useZone();
  const choice = useZoneChoice();
  const own = useStore(dagZone);
  const theme = useThemeChoice();
  const { language } = useSpoken();
  const zoneNames = {
    local: t("zoneLocal", { zone: LOCAL_ZONE }),
    utc: t("zoneUtc"),
    dag: own ? t("zoneDag", { zone: own }) : t("zoneDagNone"),
  };
  const short = zone === "utc" ? "UTC" : zone === "local" ? t("local") : zone;
  return (
    <Menu text={short} label={t("viewOf", { zone: short })} align="right">
      <div className="flex flex-col gap-2 p-1">
        <Choice
          label={t("zone")}
          value={choice}
          options={ZONE_CHOICES.map((name) => [name, zoneNames[name]])}
          onChange={chooseZone}
        />
        <Choice
          label={t("theme")}
          value={theme}
          options={THEMES.map((name) => [name, t(THEME_NAMES[name])])}
          onChange={chooseTheme}
        />
        <Choice
          label={t("language")}
          value={language}
          options={(Object.keys(LANGUAGES) as Language[]).map((name) => [name, LANGUAGES[name]])}
          onChange={(next) => void chooseLanguage(next).catch(() => undefined)}
        />
      </div>
    </Menu>
  );
}

function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-0.5">
      <label htmlFor={id} className="text-muted">
        {label}
      </label>
      <select
        id={id}
        className="field"
        value={value}
        onChange={(event) => {
          const chosen = options.find(([name]) => name === event.target.value);
          if (chosen) onChange(chosen[0]);
        }}
      >
        {options.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

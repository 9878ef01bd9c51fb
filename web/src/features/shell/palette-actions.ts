import { signOut } from "@/api/session";
import { palette as en } from "@/i18n/en/palette";
import { shell } from "@/i18n/en/shell";
import { chooseLanguage, LANGUAGES, type Language, useSpoken } from "@/i18n/language";
import { useText } from "@/i18n/text";
import { chooseZone, dagZone, useZoneChoice } from "@/lib/clock";
import { useStore } from "@/lib/store";
import { chooseTheme, THEMES, useThemeChoice } from "@/lib/theme";

export interface PaletteAction {
  id: string;
  label: string;
  run: () => void;
}

const THEME_NAMES = { system: "themeSystem", light: "themeLight", dark: "themeDark" } as const;

/** What may be done on every page; what is so already is left out. */
export function usePageActions(onHelp: () => void): PaletteAction[] {
  const t = useText("palette", en);
  const s = useText("shell", shell);
  const theme = useThemeChoice();
  const zone = useZoneChoice();
  const own = useStore(dagZone);
  const { language } = useSpoken();
  const zones = [
    { name: "local", text: s("local") },
    { name: "utc", text: s("zoneUtc") },
    { name: "dag", text: own ? s("zoneDag", { zone: own }) : s("zoneDagNone") },
  ] as const;
  return [
    ...THEMES.filter((name) => name !== theme).map((name) => ({
      id: `theme ${name}`,
      label: t("theme", { name: s(THEME_NAMES[name]) }),
      run: () => chooseTheme(name),
    })),
    ...zones
      .filter(({ name }) => name !== zone)
      .map(({ name, text }) => ({
        id: `zone ${name}`,
        label: t("zone", { name: text }),
        run: () => chooseZone(name),
      })),
    ...(Object.keys(LANGUAGES) as Language[])
      .filter((name) => name !== language)
      .map((name) => ({
        id: `language ${name}`,
        label: t("language", { name: LANGUAGES[name] }),
        run: () => void chooseLanguage(name).catch(() => undefined),
      })),
    { id: "help", label: s("shortcuts"), run: onHelp },
    { id: "sign out", label: s("signOut"), run: () => signOut() },
  ];
}

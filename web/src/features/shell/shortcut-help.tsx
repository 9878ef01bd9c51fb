import { useState } from "react";
import { Dialog } from "@/components/dialog";
import { common } from "@/i18n/en/common";
import { shell as en } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { allShortcuts, type Shortcut } from "@/lib/shortcuts";

/** What the keys do on the page that is shown. */
export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const t = useText("shell", en);
  const c = useText("common", common);
  const [groups] = useState(() => byGroup(allShortcuts()));
  return (
    <Dialog title={t("shortcuts")} onClose={onClose}>
      <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
        {groups.map(([group, shortcuts]) => (
          <section key={group}>
            <h3 className="mb-1 font-semibold">{group}</h3>
            <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
              {shortcuts.map(({ keys, label }) => (
                <div key={keys} className="contents">
                  <dt className="flex gap-1">
                    {keys.split(" ").map((key) => (
                      <kbd
                        key={key}
                        className="rounded border border-line bg-raised px-1.5 font-mono text-xs"
                      >
                        {key.replace("mod+k", "Ctrl K")}
                      </kbd>
                    ))}
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="mt-3 flex justify-end">
        <button type="button" className="button" onClick={onClose}>
          {c("close")}
        </button>
      </div>
    </Dialog>
  );
}

function byGroup(shortcuts: readonly Shortcut[]): [string, Shortcut[]][] {
  const groups = new Map<string, Shortcut[]>();
  for (const shortcut of shortcuts) {
    const group = groups.get(shortcut.group);
    if (group) group.push(shortcut);
    else groups.set(shortcut.group, [shortcut]);
  }
  return [...groups];
}

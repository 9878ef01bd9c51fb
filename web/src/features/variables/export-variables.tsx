import { useMutation } from "@tanstack/react-query";
import { allVariables } from "@/api/admin";
import { CopyCurl } from "@/components/copy-curl";
import { ActionError } from "@/components/feedback";
import { variables as en } from "@/i18n/en/variables";
import { useText } from "@/i18n/text";
import { download } from "@/lib/download";
import { toFile } from "@/lib/variables-file";

/** Writes what the search finds into a file; what is secret stays here and is named. */
export function ExportVariables({ q }: { q: string | undefined }) {
  const t = useText("variables", en);
  const write = useMutation({
    mutationFn: async () => {
      const { text, secrets } = toFile(await allVariables(q));
      download("variables.json", text);
      return secrets;
    },
  });
  const left = write.data ?? [];
  const pattern = q ? `&variable_key_pattern=${encodeURIComponent(q)}` : "";
  return (
    <>
      <span role="status" className="text-muted">
        {left.length > 0 ? t("exported", { count: left.length, names: left.join(", ") }) : ""}
      </span>
      <ActionError error={write.error} />
      <CopyCurl call={{ method: "GET", path: `/api/v2/variables?limit=100${pattern}` }} />
      <button
        type="button"
        className="button"
        disabled={write.isPending}
        onClick={() => write.mutate()}
      >
        {write.isPending ? t("exporting") : t("exportIt")}
      </button>
    </>
  );
}

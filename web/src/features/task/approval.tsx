import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { answerCall, useAnswer } from "@/api/run-actions";
import { approvalQuery, type InstanceKey } from "@/api/task-queries";
import type { Approval } from "@/api/types";
import { CopyCurl } from "@/components/copy-curl";
import { ActionError, Show } from "@/components/feedback";
import { GuardedButton } from "@/components/guarded-button";
import { JsonTree } from "@/components/json-tree";
import { SchemaForm } from "@/components/schema-form/schema-form";
import { useJsonForm } from "@/components/schema-form/use-json-form";
import { Instant } from "@/components/time";
import { useOver } from "@/features/run/use-over";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import { paramsForm } from "@/lib/schema-form";

/** The option that skips the task instead of letting it go on. */
const REJECT = "Reject";

/** What a task asks a person, and the person's answer. */
export function ApprovalTab({ instance }: { instance: InstanceKey }) {
  const t = useText("task", en);
  const approval = useQuery(approvalQuery(instance));
  return (
    <Show query={approval} what={t("whatApproval")}>
      {(data) => (
        <section className="panel flex max-w-3xl flex-col gap-3 p-4" aria-label={t("approval")}>
          <h2 className="text-base font-semibold break-words">{data.subject}</h2>
          {data.body ? <p className="break-words whitespace-pre-wrap">{data.body}</p> : null}
          {data.response_received ? (
            <Answered approval={data} />
          ) : data.task_instance.state === "deferred" ? (
            <AnswerForm instance={instance} approval={data} />
          ) : null}
        </section>
      )}
    </Show>
  );
}

function Answered({ approval }: { approval: Approval }) {
  const t = useText("task", en);
  const { chosen_options, responded_by_user, responded_at, params_input } = approval;
  return (
    <>
      <p>
        <strong>{t("answered", { options: (chosen_options ?? []).join(", ") })}</strong>{" "}
        {responded_by_user ? t("answeredBy", { name: responded_by_user.name }) : ""}{" "}
        <Instant at={responded_at} relative />
      </p>
      {Object.keys(params_input).length > 0 ? (
        <div className="font-mono text-xs">
          <JsonTree value={params_input} />
        </div>
      ) : null}
    </>
  );
}

function AnswerForm({ instance, approval }: { instance: InstanceKey; approval: Approval }) {
  const t = useText("task", en);
  const over = useOver(instance.dagId);
  const answer = useAnswer(instance);
  // What one is filling in stays when the question is read again.
  const [params] = useState(approval.params);
  const { schema, defaults } = useMemo(() => paramsForm(params), [params]);
  const form = useJsonForm(schema, defaults, answer.error);
  const [chosen, setChosen] = useState<string | null>(null);
  const bodyOf = (option: string) => ({ chosen_options: [option], params_input: form.value });
  const people = approval.assigned_users.map(({ name }) => name);
  const shown = chosen ?? approval.options[0] ?? "";
  return (
    <div className="flex flex-col gap-3">
      {approval.expires_at ? (
        <p className="text-muted">
          {t("expires")} <Instant at={approval.expires_at} relative />
        </p>
      ) : null}
      {people.length > 0 ? <p>{t("assignedOnly", { names: people.join(", ") })}</p> : null}
      {Object.keys(schema.properties ?? {}).length > 0 ? (
        <fieldset id={form.context.id}>
          <legend className="mb-1 font-semibold">{t("formTitle")}</legend>
          <SchemaForm schema={schema} context={form.context} />
        </fieldset>
      ) : null}
      <ActionError error={answer.error} />
      <div className="flex flex-wrap items-center gap-2">
        {approval.options.map((option, index) => (
          <GuardedButton
            key={option}
            needs="operator"
            over={over}
            className={option === REJECT ? "button-danger" : index === 0 ? "button-primary" : ""}
            disabled={answer.isPending}
            onClick={() => {
              setChosen(option);
              if (form.tryIt()) answer.mutate(bodyOf(option));
            }}
          >
            {answer.isPending && chosen === option ? t("sending") : option}
          </GuardedButton>
        ))}
        <CopyCurl call={answerCall(instance, bodyOf(shown))} />
      </div>
      {approval.options.includes(REJECT) ? (
        <p className="text-muted">
          {REJECT}: {t("reject")}
        </p>
      ) : null}
    </div>
  );
}

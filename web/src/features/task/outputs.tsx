import { useQuery } from "@tanstack/react-query";
import { type InstanceKey, outputQuery, outputsQuery } from "@/api/task-queries";
import { ActionError, Empty, Show } from "@/components/feedback";

export function Outputs({ instance, active }: { instance: InstanceKey; active: boolean }) {
  const outputs = useQuery(outputsQuery(instance, active));
  return (
    <Show query={outputs} what="the outputs">
      {(data) =>
        data.xcom_entries.length === 0 ? (
          <Empty>
            This task gave no outputs. It may append key=value lines to the file named by
            $WEFT_OUTPUT.
          </Empty>
        ) : (
          <div className="panel overflow-x-auto">
            <table className="grid-table">
              <thead>
                <tr>
                  <th scope="col">Key</th>
                  <th scope="col">Value</th>
                </tr>
              </thead>
              <tbody>
                {data.xcom_entries.map((entry) => (
                  <tr key={entry.key}>
                    <th scope="row" className="align-top break-all !text-ink">
                      {entry.key}
                    </th>
                    <td>
                      <Value instance={instance} name={entry.key} timestamp={entry.timestamp} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Show>
  );
}

function Value({
  instance,
  name,
  timestamp,
}: {
  instance: InstanceKey;
  name: string;
  timestamp: string;
}) {
  const output = useQuery(outputQuery(instance, name, timestamp));
  if (output.isError) return <ActionError error={output.error} />;
  if (!output.data) return <span className="text-muted">…</span>;
  return (
    <pre className="max-h-96 overflow-auto font-mono text-xs break-words whitespace-pre-wrap">
      {JSON.stringify(output.data.value, null, 2)}
    </pre>
  );
}

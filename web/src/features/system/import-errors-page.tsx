import { useQuery } from "@tanstack/react-query";
import { importErrorsQuery } from "@/api/system-queries";
import { Empty, Show } from "@/components/feedback";
import { Instant } from "@/components/time";

export function ImportErrorsPage() {
  const errors = useQuery(importErrorsQuery());
  return (
    <>
      <title>Import Errors · Weft</title>
      <h1 className="mb-2 text-lg font-semibold">Import Errors</h1>
      <Show query={errors} what="the import errors">
        {(data) =>
          data.import_errors.length === 0 ? (
            <Empty>Every DAG file was read without an error.</Empty>
          ) : (
            <ul className="flex flex-col gap-3">
              {data.import_errors.map((error) => (
                <li key={error.import_error_id} className="panel p-3">
                  <h2 className="font-semibold break-all">{error.filename}</h2>
                  <p className="text-muted">
                    {error.bundle_name} <Instant at={error.timestamp} />
                  </p>
                  <pre className="mt-2 overflow-x-auto font-mono text-xs break-words whitespace-pre-wrap">
                    {error.stack_trace}
                  </pre>
                </li>
              ))}
            </ul>
          )
        }
      </Show>
    </>
  );
}

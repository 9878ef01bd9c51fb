import { useQuery } from "@tanstack/react-query";
import { workersQuery } from "@/api/system-queries";
import { Empty, Show } from "@/components/feedback";
import { Instant } from "@/components/time";

export function WorkersPage() {
  const workers = useQuery(workersQuery());
  return (
    <>
      <title>Workers · Weft</title>
      <h1 className="mb-2 text-lg font-semibold">Workers</h1>
      <Show query={workers} what="the workers">
        {(data) => (
          <div className="panel overflow-x-auto">
            {data.workers.length === 0 ? (
              <Empty>No worker has joined this server, so no task can run.</Empty>
            ) : (
              <table className="grid-table">
                <thead>
                  <tr>
                    <th scope="col">Worker</th>
                    <th scope="col">State</th>
                    <th scope="col">Slots in use</th>
                    <th scope="col">Queues</th>
                    <th scope="col">Host</th>
                    <th scope="col">Version</th>
                    <th scope="col">Last seen</th>
                  </tr>
                </thead>
                <tbody>
                  {data.workers.map((worker) => (
                    <tr key={worker.name}>
                      <th scope="row" className="break-all !text-ink">
                        {worker.name}
                      </th>
                      <td>{worker.state}</td>
                      <td>
                        {worker.occupied_slots} of {worker.slots}
                      </td>
                      <td>{worker.queues.join(", ")}</td>
                      <td>{worker.host}</td>
                      <td>{worker.version}</td>
                      <td>
                        <Instant at={worker.last_seen} relative />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </div>
        )}
      </Show>
    </>
  );
}

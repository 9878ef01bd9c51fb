import { useQuery } from "@tanstack/react-query";
import { poolsQuery } from "@/api/system-queries";
import { Show } from "@/components/feedback";

/** -1 is Airflow's way to say that a pool has no end. */
function slots(count: number): string {
  return count < 0 ? "∞" : String(count);
}

export function PoolsPage() {
  const pools = useQuery(poolsQuery());
  return (
    <>
      <title>Pools · Weft</title>
      <h1 className="mb-2 text-lg font-semibold">Pools</h1>
      <Show query={pools} what="the pools">
        {(data) => (
          <div className="panel overflow-x-auto">
            <table className="grid-table">
              <thead>
                <tr>
                  <th scope="col">Pool</th>
                  <th scope="col">Slots</th>
                  <th scope="col">Running</th>
                  <th scope="col">Queued</th>
                  <th scope="col">Scheduled</th>
                  <th scope="col">Deferred</th>
                  <th scope="col">Open</th>
                  <th scope="col">Description</th>
                </tr>
              </thead>
              <tbody>
                {data.pools.map((pool) => (
                  <tr key={pool.name}>
                    <th scope="row" className="break-all !text-ink">
                      {pool.name}
                    </th>
                    <td>{slots(pool.slots)}</td>
                    <td>{pool.running_slots}</td>
                    <td>{pool.queued_slots}</td>
                    <td>{pool.scheduled_slots}</td>
                    <td>{pool.deferred_slots}</td>
                    <td>{slots(pool.open_slots)}</td>
                    <td>{pool.description}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Show>
    </>
  );
}

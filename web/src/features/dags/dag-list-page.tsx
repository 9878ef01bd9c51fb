import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { dagsQuery, latestRunsQuery, PAGE_SIZE } from "@/api/queries";
import { Pages, Select } from "@/components/controls";
import { Empty, Show } from "@/components/feedback";
import type { DagListSearch } from "@/lib/search";
import { isRunState, RUN_STATES, stateLabel } from "@/lib/states";
import { DagRow } from "./dag-row";

const route = getRouteApi("/signed-in/dags");

export function DagListPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const page = search.page ?? 1;
  const dags = useQuery(
    dagsQuery({
      q: search.q,
      tag: search.tag,
      state: search.state,
      paused: search.paused === undefined ? undefined : search.paused === "yes",
      page,
    }),
  );
  const latest = useQuery(latestRunsQuery());
  const filter = (change: DagListSearch, replace = false) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...change }), replace });

  return (
    <>
      <title>DAGs · Weft</title>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h1 className="mr-2 text-lg font-semibold">DAGs</h1>
        <SearchBox value={search.q ?? ""} onChange={(q) => filter({ q: q || undefined }, true)} />
        <Select
          label="State of the last run"
          value={search.state ?? ""}
          options={[
            ["", "Any state"],
            ...RUN_STATES.map((state) => [state, stateLabel(state)] as const),
          ]}
          onChange={(state) => filter({ state: isRunState(state) ? state : undefined })}
        />
        <Select
          label="Paused"
          value={search.paused ?? ""}
          options={[
            ["", "Active and paused"],
            ["no", "Active"],
            ["yes", "Paused"],
          ]}
          onChange={(paused) =>
            filter({ paused: paused === "yes" || paused === "no" ? paused : undefined })
          }
        />
        {search.tag ? (
          <button type="button" className="button" onClick={() => filter({ tag: undefined })}>
            Tag: {search.tag} <span aria-hidden="true">×</span>
            <span className="sr-only">(remove)</span>
          </button>
        ) : null}
      </div>
      <Show query={dags} what="the DAGs">
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.dags.length === 0 ? (
                <NoDags filtered={Object.values(search).some((value) => value !== undefined)} />
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <th scope="col">
                        <span className="sr-only">Active</span>
                      </th>
                      <th scope="col">DAG</th>
                      <th scope="col" className="max-md:hidden">
                        Schedule
                      </th>
                      <th scope="col" className="max-sm:hidden">
                        Recent runs
                      </th>
                      <th scope="col">Latest run</th>
                      <th scope="col" className="max-md:hidden">
                        Next run
                      </th>
                      <th scope="col">
                        <span className="sr-only">Actions</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.dags.map((dag) => (
                      <DagRow key={dag.dag_id} dag={dag} latest={latest.data?.dag_runs ?? []} />
                    ))}
                  </tbody>
                </table>
              )}
            </div>
            <Pages
              page={page}
              size={PAGE_SIZE}
              total={data.total_entries}
              what="DAG"
              onPage={(next) => void navigate({ search: (old) => ({ ...old, page: next }) })}
            />
          </>
        )}
      </Show>
    </>
  );
}

function NoDags({ filtered }: { filtered: boolean }) {
  return (
    <Empty>
      {filtered
        ? "No DAG matches these filters."
        : "There are no DAGs yet. Put a file named like hello.dag.json into the server's DAG folder; it appears here within a second."}
    </Empty>
  );
}

/** Types at the speed of the hand, asks at the speed of the server; "/" goes to it. */
function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const send = useRef(onChange);
  useEffect(() => {
    send.current = onChange;
  });
  const sent = useRef(value);

  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);

  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      send.current(text);
    }, 200);
    return () => clearTimeout(timer);
  }, [text]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  return (
    <input
      ref={input}
      type="search"
      className="field w-64 max-w-full"
      aria-label="Search DAGs"
      placeholder="Search DAGs ( / )"
      maxLength={250}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

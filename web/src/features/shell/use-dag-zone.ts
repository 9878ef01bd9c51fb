import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { dagQuery } from "@/api/queries";
import { dagZone, useZoneChoice } from "@/lib/clock";

/** The DAG that the page is about, by its URL. */
export function useDagOfPage(): string | undefined {
  const { dagId } = useParams({ strict: false });
  return dagId;
}

/** Tells the clock the zone of the page's DAG, once somebody wants to see it. */
export function useDagZone(): void {
  const dagId = useDagOfPage();
  const wanted = useZoneChoice() === "dag";
  const dag = useQuery({ ...dagQuery(dagId ?? ""), enabled: wanted && dagId !== undefined });
  const zone = dagId === undefined ? null : (dag.data?.timezone ?? null);
  useEffect(() => {
    dagZone.set(zone);
    return () => dagZone.set(null);
  }, [zone]);
}

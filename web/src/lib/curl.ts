/** A call as the line that makes it in a shell. */

export interface Call {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** From the origin on, with its query: `/api/v2/dags?limit=10`. */
  path: string;
  body?: unknown;
}

/** For `sh`: the token comes from the environment, so that it is in nobody's history. */
export function curlOf({ method, path, body }: Call, origin: string): string {
  const words = ["curl"];
  if (method !== "GET") words.push("-X", method);
  words.push("-H", '"Authorization: Bearer $WEFT_TOKEN"');
  if (body !== undefined) {
    words.push("-H", quote("Content-Type: application/json"), "-d", quote(JSON.stringify(body)));
  }
  words.push(quote(origin + path));
  return words.join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

import { useMutation } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useId, useState } from "react";
import { checkToken } from "@/api/client";
import { ApiError, messageOf } from "@/api/problem";
import { token as sessionToken, signIn, signInReason } from "@/api/session";
import { basePath } from "@/lib/base-path";
import { useStore } from "@/lib/store";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const reason = useStore(signInReason);
  const signedIn = useStore(sessionToken) !== null;
  const id = useId();
  const [value, setValue] = useState("");
  const [remember, setRemember] = useState(true);
  const check = useMutation({
    mutationFn: (text: string) => checkToken(text),
    onSuccess: (_, text) => signIn(text, remember),
  });
  useEffect(() => {
    if (signedIn) router.history.replace(basePath + (next ?? "/"));
  }, [signedIn, next, router]);

  return (
    <main className="mx-auto mt-[12vh] w-[min(26rem,92vw)]">
      <title>Sign in · Weft</title>
      <h1 className="mb-3 text-xl font-bold">Weft</h1>
      <form
        className="panel flex flex-col gap-3 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate(value.trim());
        }}
      >
        {reason ? <p role="status">{reason}</p> : null}
        <label htmlFor={id} className="font-semibold">
          API token
        </label>
        <input
          id={id}
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          required
          maxLength={500}
          className="field py-1.5 font-mono"
          value={value}
          aria-invalid={check.isError}
          aria-describedby={`${id}-help`}
          onChange={(event) => setValue(event.target.value)}
        />
        <p id={`${id}-help`} className="text-muted">
          The first start of the server wrote one to <code className="font-mono">admin-token</code>{" "}
          in its data folder.
        </p>
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={remember}
            onChange={(event) => setRemember(event.target.checked)}
          />
          Keep me signed in on this device
        </label>
        {check.isError ? (
          <p role="alert" className="text-bad">
            {refusal(check.error)}
          </p>
        ) : null}
        <button
          type="submit"
          className="button button-primary justify-center py-1.5"
          disabled={check.isPending || !value.trim()}
        >
          {check.isPending ? "Signing in …" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

function refusal(error: unknown): string {
  return error instanceof ApiError && error.status === 401
    ? "The server does not know this token. It may have expired, or belong to another server."
    : messageOf(error);
}

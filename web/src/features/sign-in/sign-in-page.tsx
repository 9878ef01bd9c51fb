import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { useEffect, useId, useState } from "react";
import { ApiError, messageOf } from "@/api/problem";
import {
  providerUrl,
  sessionUser,
  signInMethods,
  signInReason,
  signInWithPassword,
  signInWithToken,
} from "@/api/session";
import { basePath } from "@/lib/base-path";
import { useStore } from "@/lib/store";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const reason = useStore(signInReason);
  const signedIn = useStore(sessionUser) !== null;
  const methods = useQuery({ queryKey: ["sign-in-methods"], queryFn: signInMethods });
  const [byToken, setByToken] = useState(false);
  useEffect(() => {
    if (signedIn) router.history.replace(basePath + (next ?? "/"));
  }, [signedIn, next, router]);
  const oidc = methods.data?.oidc;

  return (
    <main className="mx-auto mt-[12vh] w-[min(26rem,92vw)]">
      <title>Sign in · Weft</title>
      <h1 className="mb-3 text-xl font-bold">Weft</h1>
      <div className="panel flex flex-col gap-3 p-4">
        {reason ? <p role="status">{reason}</p> : null}
        {oidc ? (
          <a
            className="button button-primary justify-center py-1.5"
            href={providerUrl(oidc.login_path, next)}
          >
            Sign in with {oidc.name}
          </a>
        ) : null}
        {byToken ? <TokenForm /> : <PasswordForm />}
        <button
          type="button"
          className="link self-start"
          aria-pressed={byToken}
          onClick={() => setByToken(!byToken)}
        >
          {byToken ? "Use a password instead" : "Use an API token instead"}
        </button>
      </div>
    </main>
  );
}

function PasswordForm() {
  const id = useId();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const attempt = useMutation({ mutationFn: () => signInWithPassword(username.trim(), password) });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        attempt.mutate();
      }}
    >
      <label htmlFor={`${id}-user`} className="font-semibold">
        User name
      </label>
      <input
        id={`${id}-user`}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={250}
        className="field py-1.5"
        value={username}
        aria-invalid={attempt.isError}
        onChange={(event) => setUsername(event.target.value)}
      />
      <label htmlFor={`${id}-password`} className="font-semibold">
        Password
      </label>
      <input
        id={`${id}-password`}
        type="password"
        autoComplete="current-password"
        required
        maxLength={512}
        className="field py-1.5"
        value={password}
        aria-invalid={attempt.isError}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Refusal error={attempt.error} wrong="The user name or the password is wrong." />
      <Submit isPending={attempt.isPending} isEmpty={!username.trim() || !password} />
    </form>
  );
}

function TokenForm() {
  const id = useId();
  const [value, setValue] = useState("");
  const attempt = useMutation({ mutationFn: () => signInWithToken(value.trim()) });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        attempt.mutate();
      }}
    >
      <label htmlFor={id} className="font-semibold">
        API token
      </label>
      <input
        id={id}
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
        maxLength={500}
        className="field py-1.5 font-mono"
        value={value}
        aria-invalid={attempt.isError}
        aria-describedby={`${id}-help`}
        onChange={(event) => setValue(event.target.value)}
      />
      <p id={`${id}-help`} className="text-muted">
        It opens a session and is kept nowhere. The first start of the server wrote one to{" "}
        <code className="font-mono">admin-token</code> in its data folder.
      </p>
      <Refusal
        error={attempt.error}
        wrong="The server does not know this token. It may have expired, or belong to another server."
      />
      <Submit isPending={attempt.isPending} isEmpty={!value.trim()} />
    </form>
  );
}

function Submit({ isPending, isEmpty }: { isPending: boolean; isEmpty: boolean }) {
  return (
    <button
      type="submit"
      className="button button-primary justify-center py-1.5"
      disabled={isPending || isEmpty}
    >
      {isPending ? "Signing in …" : "Sign in"}
    </button>
  );
}

function Refusal({ error, wrong }: { error: unknown; wrong: string }) {
  if (!error) return null;
  const isWrong = error instanceof ApiError && error.status === 401;
  return (
    <p role="alert" className="text-bad">
      {isWrong ? wrong : messageOf(error)}
    </p>
  );
}

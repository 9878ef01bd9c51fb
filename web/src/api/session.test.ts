import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { cookie, PASSWORD, problem, server, TOKEN } from "@/test/server";
import {
  adoptTokenFromFragment,
  followOtherTabs,
  loadSession,
  providerUrl,
  sessionUser,
  signIn,
  signInReason,
  signInWithPassword,
  signInWithToken,
  signOut,
  tokenOfFragment,
} from "./session";

const adopt = async (url: string) => {
  window.history.replaceState(null, "", url);
  await adoptTokenFromFragment(window.location, window.history);
};
const kept = () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]);

describe("the session", () => {
  it("is the server's cookie; what is kept here is the user's name", async () => {
    await signInWithPassword("admin", PASSWORD);
    expect(sessionUser.get()).toBe("admin");
    expect(kept()).toBe('[{"weft.user":"admin"},{}]');
    sessionUser.set(null);
    await loadSession();
    expect(sessionUser.get()).toBe("admin");
  });

  it("is found by a browser that knows nothing of it yet", async () => {
    await loadSession();
    expect(sessionUser.get()).toBeNull();
    cookie.user = "ada";
    await loadSession();
    expect(sessionUser.get()).toBe("ada");
  });

  it("needs the right password", async () => {
    await expect(signInWithPassword("admin", "wrong")).rejects.toMatchObject({ status: 401 });
    expect(sessionUser.get()).toBeNull();
    expect(kept()).toBe("[{},{}]");
  });

  it("takes the place of a token, which stays nowhere", async () => {
    await signInWithToken(TOKEN);
    expect(sessionUser.get()).toBe("admin");
    expect(kept()).not.toContain(TOKEN);
  });

  it("ends on the server, too", async () => {
    await signInWithToken(TOKEN);
    await signOut();
    expect(cookie.user).toBeNull();
    expect(sessionUser.get()).toBeNull();
    expect(kept()).toBe("[{},{}]");
    expect(signInReason.get()).toBeNull();
  });

  it("says so when the server could not be told", async () => {
    signIn("admin");
    server.use(http.post("http://weft.test/auth/logout", () => HttpResponse.error()));
    await signOut();
    expect(sessionUser.get()).toBeNull();
    expect(signInReason.get()).toContain("could not be told");
  });

  it("is not ended there when it is over already", async () => {
    cookie.user = "admin";
    signIn("admin");
    await signOut("expired");
    expect(cookie.user).toBe("admin");
    expect(signInReason.get()).toBe("expired");
  });

  it("begins with the token of a link, and the address is cleaned", async () => {
    await adopt(`/dags?q=a#token=${TOKEN}`);
    expect(sessionUser.get()).toBe("admin");
    expect(window.location.href).toBe("http://weft.test/dags?q=a");
    expect(kept()).not.toContain(TOKEN);
  });

  it("stays whose it is when a link has somebody else's token", async () => {
    cookie.user = "ada";
    signIn("ada");
    await adopt(`/dags#token=${TOKEN}`);
    expect(sessionUser.get()).toBe("ada");
    expect(cookie.user).toBe("ada");
    cookie.user = null;
    await adopt(`/dags#token=${TOKEN}`);
    expect(sessionUser.get()).toBe("admin");
  });

  it("says why a link's token does not sign in", async () => {
    await adopt("/dags#token=weft_old");
    expect(sessionUser.get()).toBeNull();
    expect(signInReason.get()).toBe("Neither token nor password is known.");
    server.use(
      http.post("http://weft.test/auth/login", () => problem(403, "permission_denied", "No.")),
    );
    await adopt(`/dags#token=${TOKEN}`);
    expect(signInReason.get()).toBe("No.");
  });

  it("leaves other fragments alone", () => {
    expect(tokenOfFragment("#section")).toBeNull();
    expect(tokenOfFragment("#token=")).toBeNull();
    expect(tokenOfFragment("#token=weft_%61")).toBe("weft_a");
  });

  it("is the other tabs', too", () => {
    followOtherTabs(window);
    const tell = (value: string | null) => {
      if (value) localStorage.setItem("weft.user", value);
      else localStorage.removeItem("weft.user");
      window.dispatchEvent(
        new StorageEvent("storage", { key: "weft.user", storageArea: localStorage }),
      );
    };
    tell("ada");
    expect(sessionUser.get()).toBe("ada");
    tell(null);
    expect(sessionUser.get()).toBeNull();
  });

  it("comes back from the provider to where one wanted to go", () => {
    expect(providerUrl("/auth/oidc/login", "/dags?q=a&b")).toBe(
      "/auth/oidc/login?next=%2Fdags%3Fq%3Da%26b",
    );
    expect(providerUrl("/auth/oidc/login", undefined)).toBe("/auth/oidc/login?next=%2F");
  });
});

import { describe, expect, it } from "vitest";
import {
  adoptTokenFromFragment,
  loadToken,
  signIn,
  signInReason,
  signOut,
  token,
  tokenOfFragment,
} from "./session";

describe("the session", () => {
  it("keeps a remembered token beyond the tab, another only within it", () => {
    signIn("weft_a", true);
    expect(localStorage.getItem("weft.token")).toBe("weft_a");
    signIn("weft_b", false);
    expect(localStorage.getItem("weft.token")).toBeNull();
    expect(sessionStorage.getItem("weft.token")).toBe("weft_b");
    token.set(null);
    loadToken();
    expect(token.get()).toBe("weft_b");
  });

  it("leaves nothing behind", () => {
    signIn("weft_a", true);
    signOut("expired");
    loadToken();
    expect(token.get()).toBeNull();
    expect(signInReason.get()).toBe("expired");
  });

  it("takes a token from the fragment and cleans the address", () => {
    window.history.replaceState(null, "", "/dags?q=a#token=weft_c");
    adoptTokenFromFragment(window.location, window.history);
    expect(token.get()).toBe("weft_c");
    expect(window.location.href).toBe("http://weft.test/dags?q=a");
  });

  it("leaves other fragments alone", () => {
    expect(tokenOfFragment("#section")).toBeNull();
    expect(tokenOfFragment("#token=")).toBeNull();
    expect(tokenOfFragment("#token=weft_%61")).toBe("weft_a");
  });
});

/**
 * Secrets of GitHub Actions against a server that does what GitHub documents, and opens the boxes that it gets.
 */
import type { GitHubActionsSecretTarget } from "../../src/model/github-actions-secret-target";
import { KeyturnError } from "../../src/model/error";
import { Instant } from "../../src/model/instant";
import { deliverToAll, type Store } from "../../src/stores";
import { GitHubActionsSecretStore } from "../../src/stores/github-actions/github-actions-secret-store";
import { deliveryOf, secretOf } from "../support/delivery";
import { GitHubServer, type GitHubPlace, type GitHubRequest, type Instead } from "../support/github-server";
import { tracesOfSecret } from "../support/secret-traces";
import { contextOf } from "../support/store-context";
import { describeStore } from "../support/store-contract";
import { thrownBy } from "../support/thrown-by";

const target = { repository: "acme/publishing", name: "PINBRIDGE_API_KEY" };
const inEnvironment = { ...target, environment: "prod/eu west" };

let github: GitHubServer;
beforeEach(async () => {
  github = await GitHubServer.start();
});
afterEach(async () => {
  await github.close();
});

function open(
  changes: { readonly keyName?: string; readonly variables?: object; readonly target?: GitHubActionsSecretTarget } = {},
  { timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {},
): Store {
  // Whoever waits puts GitHub's clock forward.
  const clock = {
    now: () => Instant.ofEpochMs(github.nowMs),
    sleep: async ({ ms }: { readonly ms: number }) => {
      github.advance(ms);
    },
  };
  const limits = { clock, timeoutMs };
  const variables = { GITHUB_API_URL: github.url, GITHUB_TOKEN: github.token, ...changes.variables };
  return new GitHubActionsSecretStore(changes.target ?? target, contextOf(changes.keyName, variables), limits);
}

const secretIn = (place: GitHubPlace): string | undefined => place.secrets.get("PINBRIDGE_API_KEY")?.value;
const labelIn = (place: GitHubPlace): unknown =>
  JSON.parse(place.variables.get("PINBRIDGE_API_KEY_KEYTURN")?.value ?? "null");

/** Does something else to the nth request of that method and kind, counted from 1; later ones are served. */
function on(method: string, kind: "secrets" | "variables", instead: Instead, nth = 1): void {
  let count = 0;
  github.instead = (request) => {
    if (request.method !== method || !request.path.includes(`/${kind}`)) return undefined;
    count += 1;
    return count === nth ? instead : undefined;
  };
}

/** Every request of that method and kind. */
function always(method: string, kind: "secrets" | "variables", instead: Instead): void {
  github.instead = (request) => (request.method === method && request.path.includes(`/${kind}`) ? instead : undefined);
}

for (const [kind, place, where] of [
  ["a GitHub Actions secret of a repository", (server: GitHubServer) => server.repository, target],
  ["a GitHub Actions secret of an environment", (server: GitHubServer) => server.environment, inEnvironment],
] as const) {
  describeStore(kind, async () => ({
    open: (keyName) => open({ keyName, target: where }),
    readCurrent: async () => secretIn(place(github)),
    plantForeign: async () => {
      github.setByHand(place(github), "PINBRIDGE_API_KEY", "theirs");
    },
    isForeignIntact: async () => secretIn(place(github)) === "theirs",
    givesNothingBack: true,
  }));
}

describe("a GitHub Actions secret", () => {
  test("is labelled in a variable beside it, which says whose it is and no more", async () => {
    await open().put(deliveryOf("k1"));
    await open().put(deliveryOf("k2"));

    expect(labelIn(github.repository)).toEqual({
      keyturn: 1,
      name: "scheduler-prod",
      held: { key: "k2", after: "k1", updated_at: github.repository.secrets.get("PINBRIDGE_API_KEY")?.updatedAt },
    });
    expect(github.environment).toMatchObject({ secrets: new Map(), variables: new Map() });
  });

  test("leaves GitHub sealed, and is in no other request", async () => {
    await open().check();
    await open().put(deliveryOf("k1"));

    for (const { path, body, headers } of github.requests) {
      expect(tracesOfSecret(path + body + JSON.stringify(headers), secretOf("k1"))).toEqual([]);
    }
    expect(secretIn(github.repository)).toBe(secretOf("k1"));
  });

  test("is gone with its label when the first delivery is taken back", async () => {
    await open().put(deliveryOf("k1"));
    await open().restorePrevious("k1");
    expect(github.repository).toMatchObject({ secrets: new Map(), variables: new Map() });
  });

  test("is not read back, and the message says where else to look", async () => {
    await expect(open().read()).rejects.toThrow("GitHub gives the secrets of Actions to workflows only");
  });

  test("takes the same name in another case for the same secret", async () => {
    await open().put(deliveryOf("k1"));
    const other = open({ target: { repository: "ACME/Publishing", name: "pinbridge_api_key" } });
    expect(await other.current()).toMatchObject({ current: "k1" });
  });

  test("makes and changes nothing while it is checked", async () => {
    await open().check();
    expect(github.requests.filter(({ method }) => method !== "GET" && method !== "DELETE")).toEqual([]);
    expect(github.repository).toMatchObject({ secrets: new Map(), variables: new Map() });
  });

  test("takes the token of GH_TOKEN where there is no GITHUB_TOKEN", async () => {
    await open({ variables: { GITHUB_TOKEN: "", GH_TOKEN: github.token } }).check();
  });

  test("is in GitHub Enterprise below a path", async () => {
    const variables = { GITHUB_API_URL: `${github.url}/api/v3/` };
    await expect(open({ variables }).check()).rejects.toThrow("404");
    expect(github.requests[0]?.path).toBe("/api/v3/repos/acme/publishing/actions/variables/PINBRIDGE_API_KEY_KEYTURN");
  });

  test.each<[string, Partial<GitHubActionsSecretTarget>]>([
    ["a repository without an owner", { repository: "publishing" }],
    ["a name with a hyphen", { name: "PB-KEY" }],
  ])("is not opened with %s", (_name, changes) => {
    expect(thrownBy(() => open({ target: { ...target, ...changes } }))).toMatchObject({ code: "INVALID_VALUE" });
  });
});

describe("a GitHub Actions secret that somebody else has changed", () => {
  test("is told by its time, is not overwritten, and the message says when", async () => {
    await open().put(deliveryOf("k1"));
    github.setByHand(github.repository, "PINBRIDGE_API_KEY", "theirs");

    const { current, foreign } = await open().current();
    expect(current).toBeUndefined();
    expect(foreign).toMatch(/^a secret that somebody else has changed at 2026-03-01T12:00:\d\dZ$/);
    await expect(open().put(deliveryOf("k2"))).rejects.toMatchObject({ code: "STORE_REFUSED" });
    await open().restorePrevious("k1");
    expect(secretIn(github.repository)).toBe("theirs");
  });

  test("is delivered again where they have deleted it", async () => {
    await open().put(deliveryOf("k1"));
    github.repository.secrets.clear();
    expect(await open().current()).toEqual({ current: undefined, previous: undefined, foreign: undefined });
    await open().put(deliveryOf("k2"));
    expect(secretIn(github.repository)).toBe(secretOf("k2"));
  });

  test("is left alone where they have put something else into the variable", async () => {
    await open().put(deliveryOf("k1"));
    github.repository.variables.set("PINBRIDGE_API_KEY_KEYTURN", { value: "theirs", updatedAt: "" });
    await expect(open().put(deliveryOf("k2"))).rejects.toThrow("holds something else");
    expect(secretIn(github.repository)).toBe(secretOf("k1"));
  });

  test("is told also after a delivery that was cut short, once that is minutes ago", async () => {
    await open().put(deliveryOf("k1"));
    always("PUT", "secrets", "break");
    await expect(open().put(deliveryOf("k2"))).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    github.advance(10 * 60_000);
    github.setByHand(github.repository, "PINBRIDGE_API_KEY", "theirs");
    expect((await open().current()).foreign).toContain("somebody else has changed");
  });

  test("is refused where another run announces its own delivery in the same moment", async () => {
    await open().put(deliveryOf("k1"));
    let isFirst = true;
    github.before = ({ method, path }: GitHubRequest) => {
      if (method !== "GET" || !path.includes("/variables/") || !isAnnounced()) return;
      const variable = github.repository.variables.get("PINBRIDGE_API_KEY_KEYTURN");
      if (isFirst && variable) variable.value = variable.value.replace('"k2"', '"k9"');
      isFirst = false;
    };
    const isAnnounced = (): boolean => JSON.stringify(labelIn(github.repository)).includes("coming");

    await expect(open().put(deliveryOf("k2"))).rejects.toThrow("another process has changed its label in this moment");
    expect(secretIn(github.repository)).toBe(secretOf("k1"));
  });
});

describe("a delivery to GitHub Actions that is cut short", () => {
  /** Delivers; from before its nth change on nothing of it gets through, as if it had been killed, or its token been taken away. */
  async function cutShort(keyId: string, nth: number): Promise<"done" | "failed"> {
    let changes = 0;
    github.instead = ({ method }) => {
      if (method !== "GET") changes += 1;
      return changes >= nth ? { status: 401, body: { message: "Bad credentials" } } : undefined;
    };
    try {
      await open().put(deliveryOf(keyId));
      return "done";
    } catch (error) {
      expect(error).toMatchObject({ code: "STORE_UNREACHABLE" });
      return "failed";
    } finally {
      github.instead = () => undefined;
    }
  }

  test.each(
    (["first", "second"] as const).flatMap((which) =>
      ([1, 2, 3] as const).map((nth) => [which, nth, ["announced", "sent", "recorded"][nth - 1] ?? ""] as const),
    ),
  )(
    "leaves the truth, which the next one goes on from: the %s delivery, before step %i, when it is %s",
    async (which, nth) => {
      if (which === "second") await open().put(deliveryOf("k0"));

      // What could not be recorded has been delivered all the same.
      expect(await cutShort("k1", nth)).toBe(nth === 3 ? "done" : "failed");

      const { current, foreign } = await open().current();
      expect({ foreign, secret: secretIn(github.repository) }).toEqual({
        foreign: undefined,
        secret: current === undefined ? undefined : secretOf(current),
      });
      expect(current).toBe(nth === 3 ? "k1" : which === "second" ? "k0" : undefined);

      await open().put(deliveryOf("k1"));
      expect(await open().current()).toMatchObject({ current: "k1" });
      expect(secretIn(github.repository)).toBe(secretOf("k1"));
      expect(labelIn(github.repository)).toEqual({
        keyturn: 1,
        name: "scheduler-prod",
        held: {
          key: "k1",
          ...(which === "second" ? { after: "k0" } : {}),
          updated_at: github.repository.secrets.get("PINBRIDGE_API_KEY")?.updatedAt,
        },
      });
    },
  );

  test("is taken back where its end could not be recorded, and nothing was there before", async () => {
    await cutShort("k1", 3);
    await open().restorePrevious("k1");
    expect(github.repository).toMatchObject({ secrets: new Map(), variables: new Map() });
  });

  test("that GitHub refuses leaves the label as it was", async () => {
    await open().put(deliveryOf("k1"));
    const before = labelIn(github.repository);
    always("PUT", "secrets", { status: 422, body: { message: "Validation Failed" } });

    await expect(open().put(deliveryOf("k2"))).rejects.toThrow('GitHub answered 422, "Validation Failed"');

    expect(labelIn(github.repository)).toEqual(before);
    expect(await open().current()).toMatchObject({ current: "k1" });
    await open().restorePrevious("k2");
  });

  test("by a broken connection, after GitHub has done what it was asked for, is known to be there", async () => {
    await open().put(deliveryOf("k1"));
    always("PUT", "secrets", "do-and-break");

    await expect(open().put(deliveryOf("k2"))).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });

    expect(await open().current()).toMatchObject({ current: "k2" });
    expect(secretIn(github.repository)).toBe(secretOf("k2"));
    await expect(open().restorePrevious("k2")).rejects.toMatchObject({ code: "STORE_REFUSED" });
  });

  test("by a broken connection, without an answer, is not declared taken back while it may still come", async () => {
    await open().put(deliveryOf("k1"));
    always("PUT", "secrets", "break");
    await expect(open().put(deliveryOf("k2"))).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });

    const unsure = {
      code: "STORE_UNREACHABLE",
      message: expect.stringContaining("may still take its place") as string,
    };
    await expect(open().restorePrevious("k2")).rejects.toMatchObject(unsure);
    await expect(open().put(deliveryOf("k3"))).rejects.toMatchObject(unsure);

    github.advance(61_000);
    await open().restorePrevious("k2");
    expect(await open().current()).toMatchObject({ current: "k1" });
    github.instead = () => undefined;
    await open().put(deliveryOf("k3"));
    expect(secretIn(github.repository)).toBe(secretOf("k3"));
  });

  test.each<[string, "POST" | "PUT" | "PATCH", "secrets" | "variables"]>([
    ["the announcement, which is then made already", "POST", "variables"],
    ["the secret", "PUT", "secrets"],
    ["the record", "PATCH", "variables"],
  ])("by one lost answer to %s goes on", async (_name, method, kind) => {
    on(method, kind, "do-and-break");
    await open().put(deliveryOf("k1"));
    expect(labelIn(github.repository)).toMatchObject({ held: { key: "k1" } });
    expect(secretIn(github.repository)).toBe(secretOf("k1"));
  });

  test("is not mistaken for the one before where both came in the same second", async () => {
    await open().put(deliveryOf("k1"));
    const entry = github.repository.secrets.get("PINBRIDGE_API_KEY");
    // GitHub's clock stands in the second of the last change, and goes on when it is asked again.
    github.advance(Date.parse(String(entry?.updatedAt)) - github.nowMs);
    const asked: string[] = [];
    github.before = ({ method, path }) => {
      asked.push(`${method} ${path.split("/").at(-1)}`);
      if (asked.filter((each) => each === "GET public-key").length === 2) github.advance(1000);
    };

    await open().put(deliveryOf("k2"));

    expect(asked.slice(0, 4)).toEqual([
      "GET PINBRIDGE_API_KEY_KEYTURN",
      "GET PINBRIDGE_API_KEY",
      "GET public-key",
      "GET public-key",
    ]);
    expect(labelIn(github.repository)).toMatchObject({ held: { key: "k2", after: "k1" } });
  });
});

describe("a delivery to a GitHub Actions secret and to other places", () => {
  const failing: Store = {
    description: "the other place",
    check: () => Promise.resolve(),
    current: () => Promise.resolve({ current: undefined, previous: undefined, foreign: undefined }),
    read: () => Promise.resolve(undefined),
    put: () => Promise.reject(new KeyturnError("STORE_UNREACHABLE", "the other place is on fire")),
    restorePrevious: () => Promise.resolve(),
  };

  test("that fails elsewhere names it as not restored, so that the new key, which it hands out, is not revoked", async () => {
    const store = open();
    await store.put(deliveryOf("k1"));

    const error = await deliverToAll([store, failing], deliveryOf("k2")).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ notRestored: [store], wasHandedOut: true });
    expect((error as Error).message).toContain("GitHub keeps no previous secret");
    expect(secretIn(github.repository)).toBe(secretOf("k2"));
  });

  test("that fails elsewhere is taken back where nothing was there before", async () => {
    const error = await deliverToAll([open(), failing], deliveryOf("k1")).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ notRestored: [] });
    expect(github.repository.secrets.size).toBe(0);
  });

  test("that GitHub gave no answer to names it as not restored", async () => {
    const store = open();
    await store.put(deliveryOf("k1"));
    always("PUT", "secrets", "break");
    const error = await deliverToAll([store], deliveryOf("k2")).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ notRestored: [store] });
  });
});

describe("GitHub", () => {
  const act: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
    check: (store) => store.check(),
    put: (store) => store.put(deliveryOf("k1")),
    current: (store) => store.current(),
  };

  test.each<[string, keyof typeof act, () => void, readonly string[]]>([
    [
      "does not know the token",
      "check",
      () => {
        always("GET", "variables", { status: 401, body: { message: "Bad credentials" } });
      },
      ['401, "Bad credentials"', "GITHUB_TOKEN or GH_TOKEN"],
    ],
    [
      "misses the permission for secrets",
      "current",
      () => github.permissions.delete("secrets"),
      ['"secrets=read"', '"Secrets" and "Variables" with read and write access', 'scope "repo"'],
    ],
    [
      "misses the permission for variables",
      "current",
      () => github.permissions.delete("variables"),
      ['"variables=read"', '"Secrets" and "Variables"'],
    ],
    [
      "lets secrets be read only",
      "check",
      () => {
        always("DELETE", "secrets", { status: 403, body: { message: "Resource not accessible by integration" } });
      },
      ["cannot be written", "Resource not accessible by integration"],
    ],
    [
      "lets variables be read only",
      "check",
      () => {
        always("DELETE", "variables", { status: 403, body: {} });
      },
      ["cannot be written", "GitHub answered 403: the token lacks a permission"],
    ],
    [
      "shows no such repository",
      "current",
      () => {
        github.instead = () => ({ status: 404, body: { message: "Not Found" } });
      },
      ["there is no such repository, or the token may not see it"],
    ],
    [
      "has renamed the repository",
      "current",
      () => {
        github.instead = () => ({ status: 301, body: { message: "Moved Permanently" } });
      },
      ["has been renamed or moved"],
    ],
    [
      "has had enough for this hour",
      "current",
      () => {
        github.instead = () => ({
          status: 403,
          body: { message: "API rate limit exceeded" },
          headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1772370000" },
        });
      },
      ["too many requests", "It takes more from 2026-03-01T13:00:00Z on"],
    ],
    [
      "asks for a longer pause than anybody waits",
      "put",
      () => {
        github.instead = () => ({ status: 429, body: {}, headers: { "retry-after": "600" } });
      },
      ["too many requests", "from 2026-03-01T12:10:00Z on"],
    ],
    [
      "fails for good",
      "current",
      () => {
        github.instead = () => ({ status: 502, body: "<html>Bad gateway</html>" });
      },
      ["GitHub answered 502. Run it again later"],
    ],
    [
      "is a page of a proxy",
      "current",
      () => {
        github.instead = () => ({ status: 200, body: "<html>Log in</html>" });
      },
      ["the answer is not of GitHub's API; check GITHUB_API_URL"],
    ],
    [
      "answers with a page where there should be a public key",
      "check",
      () => {
        github.instead = ({ path }) =>
          path.endsWith("public-key") ? { status: 200, body: { key_id: "1" } } : undefined;
      },
      ["the answer is not of GitHub's API"],
    ],
    [
      "gives a public key that is none",
      "put",
      () => {
        github.instead = ({ path }) =>
          path.endsWith("public-key") ? { status: 200, body: { key_id: "1", key: "AAAA" } } : undefined;
      },
      ["what GitHub gives as its public key is none"],
    ],
    [
      "breaks every connection",
      "current",
      () => {
        github.instead = () => "break";
      },
      ["gives no answer: the connection broke", "GITHUB_API_URL"],
    ],
  ])("%s: that is said, with what to do, and nothing is delivered", async (_name, what, prepare, parts) => {
    prepare();
    const store = open();
    const error = (await act[what]?.(store).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: "STORE_UNREACHABLE" });
    for (const part of [store.description, ...parts]) expect(error.message).toContain(part);
    expect(error.message).not.toContain(github.token);
    expect(error.message).not.toContain("<html>");
    expect(github.repository.secrets.size).toBe(0);
  });

  test("misses the permission for environments, which is another one", async () => {
    github.permissions.delete("environments");
    await expect(open({ target: inEnvironment }).check()).rejects.toThrow('"Environments" with read and write access');
  });

  test("is waited for where it asks for a short pause, and where it fails for a moment", async () => {
    let count = 0;
    github.instead = () => {
      count += 1;
      if (count === 1) return { status: 429, body: {}, headers: { "retry-after": "1" } };
      if (count === 2) return { status: 503, body: {} };
      return count === 3 ? "break" : undefined;
    };
    await open().check();
    expect(count).toBeGreaterThan(3);
  });

  test("that does not answer is given up after a while", async () => {
    github.instead = () => "hang";
    await expect(open({}, { timeoutMs: 100 }).current()).rejects.toThrow("no answer within 0.1 s");
  });

  test.each<[string, object, string]>([
    ["no token", { GITHUB_TOKEN: "" }, "there is no token; set GITHUB_TOKEN or GH_TOKEN"],
    ["a token with a line end", { GITHUB_TOKEN: "github_pat_x\n" }, "a character that no token has"],
    ["an address that is none", { GITHUB_API_URL: "github_pat_x" }, "GITHUB_API_URL is not a URL"],
    ["plain http", { GITHUB_API_URL: "http://github.acme.example" }, "does not begin with https://"],
    [
      "an address with a password",
      { GITHUB_API_URL: "https://me:github_pat_x@github.acme.example" },
      "more than a host and a path",
    ],
  ])("is not asked with %s", async (_name, variables, words) => {
    const error = (await open({ variables })
      .current()
      .catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("github_pat_x");
    expect(github.requests).toEqual([]);
  });
});

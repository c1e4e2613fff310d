/** The KV engine of Vault and OpenBao: the promises of every store, and its own about versions, interruptions, rights and refusals. */
import type { VaultKvTarget } from "../../src/model/vault-kv-target";
import { VaultKvStore } from "../../src/stores/vault/vault-kv-store";
import { deliveryOf, secretOf } from "../support/delivery";
import { contextOf } from "../support/store-context";
import { describeStore } from "../support/store-contract";
import type { KvEngine } from "../support/vault-kv-engine";
import { impatient } from "../support/impatient";
import { VaultServer, type VaultFault, type VaultPolicy, type VaultRequest } from "../support/vault-server";

const path = "publishing/scheduler-prod";

let server: VaultServer;
let engine: KvEngine;
beforeEach(async () => {
  server = await VaultServer.start();
  engine = server.engine();
});
afterEach(() => server.close());

interface Opened {
  readonly keyName?: string;
  readonly target?: Partial<VaultKvTarget>;
  readonly policy?: VaultPolicy | "root";
  /** How long an answer is waited for. @default - longer than any takes */
  readonly timeoutMs?: number;
}

/** Opens a store as another process would: with a token and a session of its own. */
function open({ keyName, target = {}, policy = "root", timeoutMs }: Opened = {}): VaultKvStore {
  const variables = { VAULT_ADDR: server.url, VAULT_TOKEN: server.addToken(policy) };
  const limits = timeoutMs === undefined ? impatient : { ...impatient, timeoutMs };
  return new VaultKvStore({ path, ...target }, contextOf(keyName, variables), limits);
}

const readCurrent = (): unknown => engine.readField(path, "value");

async function held(store = open()): Promise<unknown[]> {
  const { current, previous, foreign } = await store.current();
  return [current, previous, readCurrent(), foreign];
}

/** Puts a fault, or something that happens before the request is served, in the way of some requests. */
function onRequest(
  wanted: string,
  happens: (request: VaultRequest) => VaultFault | undefined | Promise<undefined>,
  { from = 0, times = Infinity } = {},
): void {
  let seen = 0;
  server.intercept = (request) => {
    if (!`${request.method} ${request.path}`.startsWith(wanted)) return undefined;
    seen += 1;
    return seen > from && seen <= from + times ? happens(request) : undefined;
  };
}

/** From this request on nothing arrives any more, as after a kill. The request itself may have been served. */
function killAt(wanted: string, { isServed }: { readonly isServed: boolean }): void {
  let isDead = false;
  server.intercept = ({ method, path: asked }) => {
    if (isDead) return { kind: "request lost" };
    if (!`${method} ${asked}`.startsWith(wanted)) return undefined;
    isDead = true;
    return { kind: isServed ? "answer lost" : "request lost" };
  };
}

function revive(): void {
  server.intercept = undefined;
}

interface ShownMetadata {
  readonly current_version: number;
  readonly max_versions: number;
  readonly custom_metadata: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, { readonly destroyed: boolean; readonly created_time: string }>>;
}

const metadata = (): ShownMetadata => engine.act("GET", `metadata/${path}`) as ShownMetadata;
const somebodyWrites = (): unknown => engine.act("POST", `data/${path}`, { data: { value: "theirs" } });

describeStore("a KV engine of Vault", async () => ({
  open: (keyName) => open({ keyName }),
  readCurrent: async () => readCurrent() as string | undefined,
  plantForeign: async () => {
    somebodyWrites();
  },
  isForeignIntact: async () => readCurrent() === "theirs",
}));

describe("a secret of a KV engine", () => {
  test("has one field and the record of it, and metadata that tell people whose it is", async () => {
    await open().put(deliveryOf("k1"));
    await open().put(deliveryOf("k2"));

    expect((engine.act("GET", `data/${path}`) as { data: unknown }).data).toEqual({
      value: secretOf("k2"),
      keyturn: "for=scheduler-prod version=2 key=k2 after=k1 in=1 field=value",
    });
    const { custom_metadata: custom } = metadata();
    expect(custom).toMatchObject({
      keyturn_key: "scheduler-prod",
      keyturn_owner: "team-publishing@acme.example",
      keyturn_service: "scheduler",
      keyturn_environment: "prod",
    });
    expect(custom["keyturn_version"]).toMatch(/^version=2 key=k2 after=k1 in=1 field=value created=2\S+Z$/);
  });

  test("is sent to be written only, with the version that it follows, and never stands in the metadata", async () => {
    const store = open();
    for (const id of ["k1", "k2"]) await store.put(deliveryOf(id));
    await store.check();
    await store.current();

    const writes = server.requests.filter((request) => JSON.stringify(request.body).includes("pbk_live_"));
    expect(writes.map(({ method, path: asked, body }) => [method, asked, body["options"]])).toEqual([
      ["POST", `secret/data/${path}`, { cas: 0 }],
      ["POST", `secret/data/${path}`, { cas: 1 }],
    ]);
    expect(JSON.stringify(metadata())).not.toContain("pbk_live_");
  });

  test("keeps the custom metadata that others have put there", async () => {
    engine.act("POST", `metadata/${path}`, { custom_metadata: { cost_centre: "4711" } });
    await open().put(deliveryOf("k1"));
    expect(metadata().custom_metadata).toMatchObject({ cost_centre: "4711", keyturn_key: "scheduler-prod" });

    await open().restorePrevious("k1");

    expect(metadata().custom_metadata).toEqual({ cost_centre: "4711" });
  });

  test("keeps the secret before also where the engine keeps one version", async () => {
    engine.config.maxVersions = 1;
    await open().put(deliveryOf("k1"));
    await open().put(deliveryOf("k2"));

    await open().restorePrevious("k2");

    expect(await held()).toEqual(["k1", undefined, secretOf("k1"), undefined]);
  });

  test("has nothing left of a secret that was taken back, nor of a second copy of the one before", async () => {
    for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));
    await open().restorePrevious("k2");
    expect(engine.dump().split(secretOf("k1"))).toHaveLength(2);
    expect(engine.dump()).not.toContain(secretOf("k2"));

    await open().restorePrevious("k1");

    expect(engine.dump()).not.toContain("pbk_live_");
    expect(await held()).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("is free again for any logical key once there is nothing in it", async () => {
    await open().put(deliveryOf("k1"));
    engine.act("DELETE", `data/${path}`);

    await open({ keyName: "billing-prod" }).put(deliveryOf("b1"));

    expect(readCurrent()).toBe(secretOf("b1"));
  });

  test.each([
    ["has deleted", (): unknown => engine.act("DELETE", `data/${path}`)],
    ["has destroyed", (): unknown => engine.act("POST", `destroy/${path}`, { versions: [2] })],
    ["has removed with all that is known of it", (): unknown => engine.act("DELETE", `metadata/${path}`)],
  ])("that somebody %s is none, and the next delivery follows nothing", async (_name, act) => {
    for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));
    act();
    expect(await held()).toEqual([undefined, undefined, undefined, undefined]);
    expect(await open().read()).toBeUndefined();

    await open().put(deliveryOf("k3"));
    expect(await held()).toEqual(["k3", undefined, secretOf("k3"), undefined]);

    await open().restorePrevious("k3");
    expect(await held()).toEqual([undefined, undefined, undefined, undefined]);
  });

  test.each(["delete", "destroy"])("whose previous version was taken away (%s) is not taken back", async (verb) => {
    for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));
    engine.act("POST", `${verb}/${path}`, { versions: [1] });

    expect(await held()).toEqual(["k2", undefined, secretOf("k2"), undefined]);
    await expect(open().restorePrevious("k2")).rejects.toMatchObject({
      code: "STORE_REFUSED",
      message: expect.stringContaining(
        "the secret of the key k1, which was current before, is no longer kept",
      ) as string,
    });
    expect(readCurrent()).toBe(secretOf("k2"));
  });

  test("is for others once another field is declared, and goes back to the field that it was in", async () => {
    await open().put(deliveryOf("k1"));
    const store = open({ target: { field: "api key" } });
    expect(await store.current()).toMatchObject({ current: "k1", isForOthers: true });
    expect((await store.read())?.secret.reveal()).toBe(secretOf("k1"));

    await store.put(deliveryOf("k2"));
    expect(await store.current()).toEqual({ current: "k2", previous: "k1", foreign: undefined });
    expect(engine.readField(path, "api key")).toBe(secretOf("k2"));

    await store.restorePrevious("k2");
    expect(readCurrent()).toBe(secretOf("k1"));
    expect(await store.current()).toMatchObject({ current: "k1", isForOthers: true });
  });

  test("may have a path and an engine with any characters", async () => {
    const target = { mount: "team a/kv#1", path: "a b/ü?x=1&y/100%/c+d;e" };
    const odd = server.engine(target.mount);
    const store = open({ target });

    await store.check();
    await store.put(deliveryOf("k1"));

    expect(odd.readField(target.path, "value")).toBe(secretOf("k1"));
    expect(await store.current()).toMatchObject({ current: "k1" });
  });

  test("says what an id cannot be noted as", async () => {
    await expect(open().put({ ...deliveryOf("k1"), keyId: "a b" })).rejects.toThrow('the id "a b" cannot stand');
    expect(engine.dump()).not.toContain("pbk_live_");
  });

  test("has an owner of any length and any characters", async () => {
    const context = contextOf("scheduler-prod", { VAULT_ADDR: server.url, VAULT_TOKEN: server.addToken("root") });
    const owner = { ...context.owner, owner: `\n${"ü😀".repeat(300)}`, service: "" };

    await new VaultKvStore({ path }, { ...context, owner }, impatient).put(deliveryOf("k1"));

    expect(metadata().custom_metadata["keyturn_owner"]).toMatch(/^\?(ü😀)+ü?$/u);
  });
});

describe("a delivery that is cut short", () => {
  beforeEach(async () => {
    for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));
  });

  test.each([
    ["before anything is asked", "GET secret/metadata", false],
    ["before the next version is written", "POST secret/data", false],
  ])("%s leaves the secret of before, and is made good by the next one", async (_name, wanted, isServed) => {
    killAt(wanted, { isServed });
    await expect(open().put(deliveryOf("k3"))).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    revive();

    expect(await held()).toEqual(["k2", "k1", secretOf("k2"), undefined]);
    await open().restorePrevious("k3");
    expect(await held()).toEqual(["k2", "k1", secretOf("k2"), undefined]);

    await open().put(deliveryOf("k4"));
    expect(await held()).toEqual(["k4", "k2", secretOf("k4"), undefined]);
    await open().restorePrevious("k4");
    expect(await held()).toEqual(["k2", undefined, secretOf("k2"), undefined]);
  });

  test.each([
    ["after the version is written", "POST secret/data", true],
    ["before it is noted whose it is", "POST secret/metadata", false],
    ["after it is noted", "POST secret/metadata", true],
  ])("%s leaves the new secret, which is known to be it", async (_name, wanted, isServed) => {
    killAt(wanted, { isServed });
    await expect(open().put(deliveryOf("k3"))).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    revive();

    expect(await held()).toEqual(["k3", "k2", secretOf("k3"), undefined]);
    await open().put(deliveryOf("k3"));
    expect(metadata().current_version).toBe(3);
    await open().restorePrevious("k3");
    expect(await held()).toEqual(["k2", undefined, secretOf("k2"), undefined]);
  });

  test("is noted by the next one, so that who may not read secrets knows the key again", async () => {
    const readsMetadata: VaultPolicy = { "secret/metadata/publishing/*": ["read"] };
    killAt("POST secret/metadata", { isServed: false });
    await expect(open().put(deliveryOf("k3"))).rejects.toThrow();
    revive();
    await expect(open({ policy: readsMetadata }).current()).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      message: expect.stringContaining(`It needs read on secret/data/${path}`) as string,
    });

    await open().put(deliveryOf("k3"));

    expect(await open({ policy: readsMetadata }).current()).toMatchObject({ current: "k3", previous: "k2" });
    expect(metadata().current_version).toBe(3);
  });

  test.each<[string, VaultFault]>([
    ["the answer is lost", { kind: "answer lost" }],
    ["the request is lost", { kind: "request lost" }],
    ["no answer comes in time", { kind: "silence" }],
    ["the server fails", { kind: "answer", status: 500, body: { errors: ["internal error"] } }],
    ["a proxy answers", { kind: "answer", status: 502, body: "<html>" }],
    ["there are too many requests", { kind: "answer", status: 429, body: { errors: [] } }],
  ])("once, since %s, is looked after, and written once", async (_name, fault) => {
    onRequest("POST secret/data", () => fault, { times: 1 });

    await open(fault.kind === "silence" ? { timeoutMs: 100 } : {}).put(deliveryOf("k3"));

    expect(await held()).toEqual(["k3", "k2", secretOf("k3"), undefined]);
    expect(metadata().current_version).toBe(3);
  });

  test("that is to come back later than it can wait for is given up at once", async () => {
    onRequest("POST secret/data", () => ({
      kind: "answer",
      status: 429,
      body: { errors: [] },
      headers: { "retry-after": "60" },
    }));

    await expect(open().put(deliveryOf("k3"))).rejects.toThrow("no more requests at the moment");

    expect(server.asked().filter((asked) => asked.startsWith("POST secret/data"))).toHaveLength(3);
  });

  test("every time is given up, and the secret of before is current", async () => {
    onRequest("POST secret/data", () => ({ kind: "answer", status: 500, body: { errors: ["internal error"] } }));

    await expect(open().put(deliveryOf("k3"))).rejects.toThrow("the server answered 500");

    expect(server.asked().filter((asked) => asked.startsWith("POST secret/data"))).toHaveLength(5);
    expect(await held()).toEqual(["k2", "k1", secretOf("k2"), undefined]);
  });
});

describe("taking a delivery back that is cut short", () => {
  beforeEach(async () => {
    for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));
  });

  test.each([
    ["before the older secret is read", "GET secret/data", false],
    ["before it is written again", "POST secret/data", false],
  ])("%s leaves the new one, and can be done again", async (_name, wanted, isServed) => {
    killAt(wanted, { isServed });
    await expect(open().restorePrevious("k2")).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    revive();
    expect(await held()).toEqual(["k2", "k1", secretOf("k2"), undefined]);

    await open().restorePrevious("k2");

    expect(await held()).toEqual(["k1", undefined, secretOf("k1"), undefined]);
  });

  test.each<[string, () => Promise<void>]>([
    ["is done again", () => open().restorePrevious("k2")],
    ["another delivery comes", () => open().put(deliveryOf("k3"))],
  ])("before the new secret is destroyed destroys it when it %s", async (_name, next) => {
    killAt("POST secret/destroy", { isServed: false });
    await expect(open().restorePrevious("k2")).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    revive();
    expect(await held()).toEqual(["k1", undefined, secretOf("k1"), undefined]);
    expect(engine.dump()).toContain(secretOf("k2"));

    await next();

    expect(engine.dump()).not.toContain(secretOf("k2"));
    expect(engine.dump().split(secretOf("k1"))).toHaveLength(2);
  });

  test("destroys nothing where somebody else has written in its place", async () => {
    killAt("POST secret/data", { isServed: false });
    await expect(open().restorePrevious("k2")).rejects.toThrow();
    revive();
    somebodyWrites();

    await expect(open().put(deliveryOf("k3"))).rejects.toMatchObject({ code: "STORE_REFUSED" });
    await open().restorePrevious("k1");

    for (const id of ["k1", "k2"]) expect(engine.dump()).toContain(secretOf(id));
    expect(readCurrent()).toBe("theirs");
  });

  test("to nothing can be done again", async () => {
    engine.act("DELETE", `metadata/${path}`);
    await open().put(deliveryOf("k1"));
    killAt("POST secret/destroy", { isServed: true });
    await expect(open().restorePrevious("k1")).rejects.toThrow();
    revive();

    await open().restorePrevious("k1");

    expect(await held()).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("what somebody else writes in between", () => {
  test("is not overwritten, and not taken for what was delivered", async () => {
    await open().put(deliveryOf("k1"));
    onRequest("POST secret/data", () => void somebodyWrites(), { times: 1 });

    await expect(open().put(deliveryOf("k2"))).rejects.toMatchObject({
      code: "STORE_REFUSED",
      message: expect.stringContaining("somebody else has written version 2") as string,
    });

    expect(await held()).toEqual([undefined, undefined, "theirs", expect.stringContaining("version 2")]);
    expect(await open().read()).toBeUndefined();
  });

  test("is not taken for a delivery whose answer was lost", async () => {
    onRequest("POST secret/data", () => (somebodyWrites(), { kind: "request lost" }), { times: 1 });

    await expect(open().put(deliveryOf("k1"))).rejects.toMatchObject({ code: "STORE_REFUSED" });

    expect(await held()).toEqual([undefined, undefined, "theirs", expect.any(String)]);
  });

  test("is somebody else's right after a delivery that was killed", async () => {
    killAt("POST secret/data", { isServed: false });
    await expect(open().put(deliveryOf("k1"))).rejects.toThrow();
    revive();
    somebodyWrites();

    expect(await held()).toEqual([undefined, undefined, "theirs", expect.stringContaining("version 1")]);
    await expect(open().put(deliveryOf("k1"))).rejects.toMatchObject({ code: "STORE_REFUSED" });
    expect(readCurrent()).toBe("theirs");
  });

  test("into one field, and leaves the record beside it, is not taken for ours", async () => {
    await open().put(deliveryOf("k1"));
    const { data } = engine.act("GET", `data/${path}`) as { data: Record<string, unknown> };
    engine.act("POST", `data/${path}`, { data: { ...data, value: "theirs" } });

    expect(await held()).toEqual([undefined, undefined, "theirs", expect.stringContaining("version 2")]);
    expect(await open().read()).toBeUndefined();
    await expect(open().put(deliveryOf("k1"))).rejects.toMatchObject({ code: "STORE_REFUSED" });
  });

  test("as a note that is forged is believed by no delivery, and has nothing destroyed", async () => {
    for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));
    const { keyturn_version: note = "", ...others } = metadata().custom_metadata;
    const forge = (text: string): unknown =>
      engine.act("POST", `metadata/${path}`, { custom_metadata: { ...others, keyturn_version: text } });

    forge(note.replace(" field=", " replaces=2,1 field="));
    await open().put(deliveryOf("k2"));
    expect(engine.dump()).toContain(secretOf("k1"));
    expect(readCurrent()).toBe(secretOf("k2"));

    somebodyWrites();
    const createdAt = metadata().versions["3"]?.created_time ?? "";
    forge(note.replace("version=2", "version=3").replace(/created=\S+/, `created=${createdAt}`));
    await expect(open().put(deliveryOf("k2"))).rejects.toMatchObject({ code: "STORE_REFUSED" });
    await expect(open().put(deliveryOf("k3"))).rejects.toMatchObject({ code: "STORE_REFUSED" });
    await open().restorePrevious("k2");
    expect(readCurrent()).toBe("theirs");
  });

  test("over the note does not hide our version", async () => {
    await open().put(deliveryOf("k1"));
    await open().put(deliveryOf("k2"));
    const { keyturn_version: note = "", ...others } = metadata().custom_metadata;
    engine.act("POST", `metadata/${path}`, {
      custom_metadata: { ...others, keyturn_version: note.replace("version=2 key=k2", "version=1 key=k1") },
    });

    expect(await held()).toEqual(["k2", "k1", secretOf("k2"), undefined]);
  });
});

/**
 * Every request of a delivery is a place at which it can be killed, and at which somebody else can come in between. All of them are played.
 */
describe("whatever is killed, and whoever comes in between", () => {
  const other = (): VaultKvStore =>
    // Another way to write the address, so that the two do not wait for each other as within one process.
    open({ target: { address: server.url.replace("127.0.0.1", "localhost") } });

  const interferences: Readonly<Record<string, () => Promise<unknown>>> = {
    "somebody's secret": () => Promise.resolve(somebodyWrites()),
    "a change of one field": () => {
      const { data } = engine.act("GET", `data/${path}`) as { data: Record<string, unknown> };
      return Promise.resolve(engine.act("POST", `data/${path}`, { data: { ...data, value: "theirs" } }));
    },
    "another delivery": () => other().put(deliveryOf("k9")),
    "a delivery taken back": () => other().restorePrevious("k2"),
  };
  const works: Readonly<Record<string, () => Promise<void>>> = {
    "a delivery": () => open().put(deliveryOf("k3")),
    "a delivery taken back": () => open().restorePrevious("k2"),
  };
  /** More than any of them sends. */
  const mostRequests = 16;

  /** The store's word, and what a reader gets, agree; and a delivery of any key that is said to have worked has. */
  async function expectTruth(): Promise<void> {
    const { current, foreign } = await open().current();
    const value = readCurrent();
    if (current !== undefined) expect(value).toBe(secretOf(current));
    else expect([value, foreign]).toEqual(["theirs", expect.any(String)]);
    const again = await open()
      .put(deliveryOf("k3"))
      .then(
        () => "done",
        () => "refused",
      );
    expect([again, readCurrent()]).toEqual(foreign === undefined ? ["done", secretOf("k3")] : ["refused", "theirs"]);
  }

  const cases = Object.keys(works).flatMap((work) =>
    Object.keys(interferences).flatMap((interference) =>
      [false, true].map((isKilled): [string, string, boolean] => [work, interference, isKilled]),
    ),
  );

  test.each(cases)("%s, with %s in between at any request (killed there: %s)", async (work, interference, isKilled) => {
    let played = 0;
    for (let at = 1; at <= mostRequests; at += 1) {
      engine.act("DELETE", `metadata/${path}`);
      for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));
      let seen = 0;
      server.intercept = async ({ headers }): Promise<VaultFault | undefined> => {
        if (headers.host?.startsWith("localhost")) return undefined;
        seen += 1;
        if (seen === at) {
          played += 1;
          await interferences[interference]?.();
        }
        return isKilled && seen >= at ? { kind: "request lost" } : undefined;
      };
      const outcome = await works[work]?.().then(
        () => "done",
        () => "failed",
      );
      revive();
      // Check-and-set has made it current, if only for the moment before somebody else came.
      if (outcome === "done" && work === "a delivery") expect(engine.dump()).toContain(secretOf("k3"));
      await expectTruth();
    }
    expect(played).toBeGreaterThan(2);
    expect(played).toBeLessThan(mostRequests);
  });
});

describe("a setting that would lose a secret", () => {
  test("of the secret, to keep one version, is refused", async () => {
    engine.act("POST", `metadata/${path}`, { max_versions: 1 });

    await expect(open().check()).rejects.toThrow("max_versions is 1");
    await expect(open().put(deliveryOf("k1"))).rejects.toMatchObject({ code: "STORE_REFUSED" });
  });

  test("of the secret, to delete it after a time, is refused", async () => {
    engine.act("POST", `metadata/${path}`, { delete_version_after: "3600s" });

    await expect(open().check()).rejects.toMatchObject({
      code: "STORE_REFUSED",
      message: expect.stringContaining("delete_version_after") as string,
    });
  });

  test("of the engine, to delete it after a time, is found out by the first delivery", async () => {
    engine.config.deleteAfterMs = 3_600_000;

    await expect(open().put(deliveryOf("k1"))).rejects.toMatchObject({
      code: "STORE_REFUSED",
      message: expect.stringContaining("delete_version_after of the engine") as string,
    });

    await open().restorePrevious("k1");
    expect(engine.dump()).not.toContain("pbk_live_");
  });

  test("leaves no room for what is to be noted", async () => {
    const custom = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`entry-${index}`, "x"]));
    engine.act("POST", `metadata/${path}`, { custom_metadata: custom });

    await expect(open().put(deliveryOf("k1"))).rejects.toThrow("no room: it may have 64 entries");
  });
});

describe("rights", () => {
  const all: VaultPolicy = {
    [`secret/metadata/${path}`]: ["create", "read", "update"],
    [`secret/data/${path}`]: ["read", "update"],
    [`secret/destroy/${path}`]: ["update"],
  };

  test("of the policy that the README shows are enough for everything", async () => {
    const store = open({ policy: all });
    await store.check();
    for (const id of ["k1", "k2"]) await store.put(deliveryOf(id));
    expect((await store.read())?.keyId).toBe("k2");

    await store.restorePrevious("k2");
    expect((await store.read())?.keyId).toBe("k1");

    await store.restorePrevious("k1");
    expect(await store.read()).toBeUndefined();
  });

  test("to read the metadata are enough to know which key is there", async () => {
    for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));
    const from = server.requests.length;

    const store = open({ policy: { "secret/metadata/publishing/*": ["read"] } });

    expect(await store.current()).toEqual({ current: "k2", previous: "k1", foreign: undefined });
    expect(server.asked(from).filter((asked) => asked.includes("/data/"))).toEqual([]);
    await expect(store.read()).rejects.toThrow(`It needs read on secret/data/${path}`);
  });

  test.each([
    ["read", "metadata"],
    ["create", "metadata"],
    ["update", "metadata"],
    ["update", "data"],
    ["read", "data"],
    ["update", "destroy"],
  ])("to %s %s are missed before anything is written", async (right, side) => {
    const place = `secret/${side}/${path}`;
    const policy = { ...all, [place]: (all[place] ?? []).filter((granted) => granted !== right) };
    const store = open({ policy });

    await expect(store.check()).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      message: expect.stringContaining(`${right} on ${place}`) as string,
    });
    await expect(store.check()).rejects.toThrow(`${store.description} cannot be written`);
    expect(server.asked().filter((asked) => /^POST secret/.test(asked))).toEqual([]);
  });

  test("that are all missed are named together", async () => {
    const store = open({ policy: { [`secret/metadata/${path}`]: ["read", "create", "update"] } });

    await expect(store.check()).rejects.toThrow(
      /update on secret\/data\/\S+, read on secret\/data\/\S+, update on secret/,
    );
  });

  test("that nobody may ask for are named", async () => {
    const token = server.addToken(all, { hasDefault: false });
    const context = contextOf("scheduler-prod", { VAULT_ADDR: server.url, VAULT_TOKEN: token });

    await expect(new VaultKvStore({ path }, context, impatient).check()).rejects.toThrow(
      "update on sys/capabilities-self",
    );
  });

  test("that are lost half-way leave the secret of before", async () => {
    await open().put(deliveryOf("k1"));
    const store = open({ policy: { ...all, [`secret/data/${path}`]: ["read"] } });

    await expect(store.put(deliveryOf("k2"))).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      message: expect.stringContaining(`It needs update on secret/data/${path}`) as string,
    });

    expect(await held()).toEqual(["k1", undefined, secretOf("k1"), undefined]);
  });

  test("to read the data are missed when a delivery is taken back, and nothing changes", async () => {
    for (const id of ["k1", "k2"]) await open().put(deliveryOf(id));
    const store = open({ policy: { ...all, [`secret/data/${path}`]: ["update"] } });

    await expect(store.restorePrevious("k2")).rejects.toMatchObject({
      code: "STORE_UNREACHABLE",
      message: expect.stringContaining(`It needs read on secret/data/${path}`) as string,
    });

    expect(await held()).toEqual(["k2", "k1", secretOf("k2"), undefined]);
  });
});

describe("an engine that cannot be meant", () => {
  test("of version 1 is refused before it would take the metadata for a secret", async () => {
    const old = server.engine("old", { version: "1" });
    const store = open({ target: { mount: "old" } });

    for (const act of [() => store.check(), () => store.put(deliveryOf("k1")), () => store.current()]) {
      await expect(act()).rejects.toThrow("old/ is a KV engine of version 1");
    }
    expect(old.dump()).toBe("[[],[]]");
  });

  test.each<[string, Partial<VaultKvTarget>, string]>([
    ["that is not mounted", { mount: "nowhere" }, "or nothing is mounted there"],
    ["with a part of the path in it", { mount: "secret/data" }, "the engine there is secret/. Take that as the mount"],
  ])("%s is named", async (_name, target, words) => {
    await expect(open({ target }).check()).rejects.toThrow(words);
  });

  test("is asked for once for all secrets in it", async () => {
    const context = contextOf("scheduler-prod", { VAULT_ADDR: server.url, VAULT_TOKEN: server.addToken("root") });
    for (const name of ["a", "b", "c"]) await new VaultKvStore({ path: name }, context, impatient).current();

    expect(server.asked().filter((asked) => asked.includes("sys/internal"))).toHaveLength(1);
  });
});

describe("a server that does not do what it is asked", () => {
  test.each<[string, VaultFault, string]>([
    ["is sealed", { kind: "answer", status: 503, body: { errors: ["Vault is sealed"] } }, "sealed (503). Unseal it"],
    ["is being maintained", { kind: "answer", status: 503, body: { errors: [] } }, "down, or being maintained (503)"],
    ["is a standby that sends on", redirect(), "a redirect to vault-2.internal:8200 that is not followed"],
    ["is a standby for disasters", { kind: "answer", status: 472, body: { errors: [] } }, "disaster recovery (472)"],
    ["is a performance standby", { kind: "answer", status: 473, body: { errors: [] } }, "performance standby (473)"],
    [
      "limits requests",
      { kind: "answer", status: 429, body: { errors: ["hidden"] } },
      "no more requests at the moment (429)",
    ],
    ["lags behind", { kind: "answer", status: 412, body: { errors: ["hidden"] } }, "has not caught up"],
    ["fails", { kind: "answer", status: 500, body: { errors: ["hidden"] } }, "answered 500"],
    ["is behind a proxy that fails", { kind: "answer", status: 502, body: "<html>hidden" }, "not as Vault does"],
    ["is behind a login page", { kind: "answer", status: 200, body: "<html>hidden" }, "not of Vault's API"],
    ["is something else", { kind: "answer", status: 404, body: "<html>hidden" }, "knows no such path (404)"],
    ["breaks connections", { kind: "request lost" }, "gives no answer: the connection broke"],
    ["is silent", { kind: "silence" }, "no answer within 0.1 s"],
  ])("%s, says so in words, for every operation", async (_name, fault, words) => {
    await open().put(deliveryOf("k1"));
    const store = open(fault.kind === "silence" ? { timeoutMs: 100 } : {});
    server.intercept = () => fault;

    for (const act of [
      () => store.check(),
      () => store.current(),
      () => store.put(deliveryOf("k2")),
      () => store.read(),
      () => store.restorePrevious("k1"),
    ]) {
      const failure = await act().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "STORE_UNREACHABLE" });
      expect(String(failure)).toContain(store.description);
      expect(String(failure)).toContain(words);
      expect(String(failure)).not.toMatch(/hidden|hvs\.|pbk_live_/);
    }
    revive();
    expect(readCurrent()).toBe(secretOf("k1"));
  });

  test.each([
    ["a proxy's", "<html>"],
    ["for a mount that has gone", { errors: ["no handler for route"] }],
  ])("and a 404 that is %s does not mean that nothing is there", async (_name, body) => {
    onRequest("GET secret/", () => ({ kind: "answer", status: 404, body }));

    for (const act of [() => open().current(), () => open().put(deliveryOf("k1")), () => open().read()]) {
      await expect(act()).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
    }
  });

  test("for a moment is asked again", async () => {
    onRequest("GET secret/metadata", () => ({ kind: "answer", status: 503, body: { errors: [] } }), { times: 2 });

    await open().put(deliveryOf("k1"));

    expect(readCurrent()).toBe(secretOf("k1"));
  });

  test("says how far it has got, and is asked for no less", async () => {
    server.index = "v1:hidden:7";

    await open().put(deliveryOf("k1"));

    const [first, ...others] = server.requests.map(({ headers }) => headers["x-vault-index"]);
    expect(first).toBeUndefined();
    expect(new Set(others)).toEqual(new Set(["v1:hidden:7"]));
  });

  function redirect(): VaultFault {
    return { kind: "answer", status: 307, headers: { location: "https://vault-2.internal:8200/v1/hidden" } };
  }
});

/** The activity log as evidence, against the embedded key API under every way that the contract leaves open. */
import { createKeyApiClient, type KeyApiClient } from "../../src/client";
import { createActivityLogSource } from "../../src/evidence/activity-log";
import type { EvidenceSource, KnownRead, WatchedKey } from "../../src/evidence/evidence-source";
import { gatherEvidence } from "../../src/evidence/gather-evidence";
import { Duration } from "../../src/model/duration";
import { quietSpan, usedSince } from "../../src/model/evidence";
import type { Instant } from "../../src/model/instant";
import type { Secret } from "../../src/model/secret";
import { FakeClock, startEmbeddedServer, testWorld, type Behaviour, type EmbeddedServer } from "../../src/testing";
import { callApi, withKey } from "../support/call-api";
import { watchedKey } from "../support/watched-key";

const name = "scheduler-prod";
const retiringName = `${name}~retiring~20260301t140001z0a1b2c3d`;
const [account] = testWorld.accountIds;

interface Key {
  readonly id: string;
  readonly secret: Secret;
}

type Which = "old" | "successor";

/** A rotation as keyturn makes it, on a clock that a test moves, and what a test does with its keys. */
class Rotation {
  private constructor(
    readonly clock: FakeClock,
    readonly server: EmbeddedServer,
    readonly client: KeyApiClient,
    readonly source: EvidenceSource,
    private readonly keys: Readonly<Record<Which, Key>>,
    private readonly proof: Pick<KnownRead, "at" | "requestId">,
    private readonly renamedAt: Instant,
  ) {}

  static async run(behaviour: Partial<Behaviour>, test: (rotation: Rotation) => Promise<void>): Promise<void> {
    const clock = new FakeClock();
    const server = await startEmbeddedServer({ clock, behaviour });
    const client = createKeyApiClient({
      endpoint: server.url,
      credentials: { kind: "key", secret: testWorld.managementKey },
      userAgent: "keyturn/0.0.0 (+test)",
      maxRetries: 0,
      clock,
    });
    try {
      const source = createActivityLogSource({ client, clock, maxAge: Duration.seconds(15) });
      const old = await create(client, name);
      clock.advance(Duration.hours(1));
      await publish(server, old);
      clock.advance(Duration.hours(1));
      const successor = await create(client, `${name}~pending~20260301t140000z0a1b2c3d`);
      const { servedAt: at, requestId } = await client.authenticates(successor.secret);
      if (requestId === undefined) throw new Error("the call has no request id");
      clock.advance(Duration.seconds(1));
      const renamedAt = clock.now();
      await client.update(old.id, { name: retiringName });
      await client.update(successor.id, { name });
      clock.advance(Duration.minutes(1));
      await test(new Rotation(clock, server, client, source, { old, successor }, { at, requestId }, renamedAt));
    } finally {
      await client.close();
      await server.close();
    }
  }

  /** As keyturn would ask: it does not know the name that the successor had while it was pending. */
  #watched(which: Which): WatchedKey {
    const active = {
      name,
      from: which === "old" ? undefined : this.renamedAt,
      to: which === "old" ? this.renamedAt : undefined,
    };
    const retiring = { name: retiringName, from: this.renamedAt, to: undefined };
    return watchedKey({ id: this.keys[which].id, names: which === "old" ? [active, retiring] : [active] });
  }

  async publish(which: Which): Promise<void> {
    await publish(this.server, this.keys[which]);
  }

  async read(which: Which): Promise<void> {
    await callApi(this.server, { path: "/v1/pinterest/accounts", headers: withKey(this.keys[which].secret.reveal()) });
  }

  /** Whether the key has been used since the renaming, and for how many seconds it has certainly been quiet. */
  async ask(which: Which): Promise<{ isUsed: boolean; quietSeconds: number | undefined }> {
    const now = this.clock.now();
    const knownRead = { ...this.proof, key: this.#watched("successor") };
    const window = { since: now.minus(Duration.days(1)), now, fresh: true, knownRead };
    const observations = await gatherEvidence([this.source], this.#watched(which), window);
    for (const { problem } of observations) expect(problem).toBeUndefined();
    const quiet = quietSpan(observations);
    return {
      isUsed: usedSince(observations, this.renamedAt),
      quietSeconds: quiet && quiet.from.msUntil(quiet.to) / 1000,
    };
  }
}

async function create(client: KeyApiClient, keyName: string): Promise<Key> {
  const { key, secret } = await client.create({ name: keyName, scopes: ["read", "write"] });
  return { id: key.id, secret };
}

async function publish(server: EmbeddedServer, { secret }: Key): Promise<void> {
  const headers = withKey(secret.reveal());
  const { status } = await callApi(server, {
    method: "POST",
    path: "/v1/pins",
    headers,
    body: { account_id: account },
  });
  expect(status).toBe(201);
}

describe.each<Behaviour["keyInActivity"]>(["label", "id", "label-and-id"])(
  "a log that names keys by %s",
  (keyInActivity) => {
    describe.each([false, true])("whose last page has a cursor: %s", (endlessCursor) => {
      test("tells the uses of both keys apart", async () => {
        await Rotation.run({ keyInActivity, endlessCursor }, async (rotation) => {
          expect(await rotation.ask("successor")).toEqual({ isUsed: false, quietSeconds: undefined });
          await rotation.publish("old");
          expect(await rotation.ask("successor")).toMatchObject({ isUsed: false });
          expect(await rotation.ask("old")).toMatchObject({ isUsed: true });
          await rotation.publish("successor");
          expect(await rotation.ask("successor")).toMatchObject({ isUsed: true });
        });
      });

      test("that leaves out reads says nothing by its silence", async () => {
        await Rotation.run({ keyInActivity, endlessCursor }, async (rotation) => {
          await rotation.read("old");
          rotation.clock.advance(Duration.hours(1));
          expect(await rotation.ask("old")).toEqual({ isUsed: false, quietSeconds: undefined });
          expect(await rotation.ask("successor")).toEqual({ isUsed: false, quietSeconds: undefined });
        });
      });

      test("that notes reads says by its silence that a key is quiet", async () => {
        await Rotation.run({ keyInActivity, endlessCursor, logsReads: true }, async (rotation) => {
          rotation.clock.advance(Duration.hours(1));
          // From the proof on, a second before the renaming.
          expect(await rotation.ask("old")).toEqual({ isUsed: false, quietSeconds: 1 + 60 + 3600 });

          await rotation.read("old");
          rotation.clock.advance(Duration.minutes(10));
          expect(await rotation.ask("old")).toEqual({ isUsed: true, quietSeconds: 600 });
          // The proof is no use.
          expect(await rotation.ask("successor")).toMatchObject({ isUsed: false });
        });
      });
    });

    test("that forgets says nothing of what it has forgotten", async () => {
      await Rotation.run({ keyInActivity, logsReads: true, retentionDays: 1 }, async (rotation) => {
        rotation.clock.advance(Duration.hours(12));
        expect((await rotation.ask("old")).quietSeconds).toBeGreaterThan(12 * 3600);
        // The proof has been forgotten, too.
        rotation.clock.advance(Duration.hours(13));
        expect((await rotation.ask("old")).quietSeconds).toBeUndefined();
      });
    });
  },
);

test("a refused proof is noted where a good one is not, and shows nothing", async () => {
  await Rotation.run({}, async ({ client, clock, source }) => {
    const { key, secret } = await client.create({ name: "writer-prod", scopes: ["write"] });
    const { servedAt, requestId = "" } = await client.authenticates(secret);
    const writer = watchedKey({ id: key.id, logicalName: "writer-prod" });
    const window = { since: servedAt, now: clock.now(), knownRead: { key: writer, at: servedAt, requestId } };
    expect((await source.observe(writer, window)).watched).toBeUndefined();
  });
});

test.each<[string, number, RegExp | undefined]>([
  ["has no log", 404, undefined],
  ["does not show its log", 403, undefined],
  ["fails", 500, /cannot read the activity log: GET \/v1\/activity-logs on 127\.0\.0\.1:\d+: answered 500/],
])("an API that %s", async (_name, status, problem) => {
  await Rotation.run({}, async ({ server, source, clock }) => {
    server.setFaults([{ kind: "error", status, path: "/v1/activity-logs" }]);
    const observation = await source.observe(watchedKey(), { since: clock.now(), now: clock.now() });
    expect(observation).toMatchObject({ lastUsedAt: undefined, watched: undefined });
    if (problem) expect(observation.problem).toMatch(problem);
    else expect(observation.problem).toBeUndefined();
  });
});

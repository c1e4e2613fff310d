import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { Duration } from "../../src/model/duration";
import { Secret } from "../../src/model/secret";
import { declaredApiKey } from "../../src/provider/api-key/declared-api-key";
import { RollingBack } from "../support/rolling-back";

const active = "scheduler-prod";
const retiring = "scheduler-prod~retiring~NONCE";
const rolledBack = "scheduler-prod~rolledback~NONCE";

let site: RollingBack;
beforeEach(async () => {
  site = await RollingBack.start();
});
afterEach(async () => {
  await site.close();
});

/** A key that was rotated a quarter of an hour ago, with an overlap of an hour. */
async function rotated(): Promise<{ first: string; second: string; secret: string | undefined }> {
  const first = await site.create();
  const [secret] = await site.secrets();
  const second = await site.rotate("spring");
  site.world.clock.advance(Duration.minutes(15));
  return { first, second, secret };
}

const planned = async (audit = "spring"): Promise<string> => (await site.key.plan(site.config(audit))).action;

/** All requests that have changed something. */
const changes = (): number => site.world.api.requests().filter(({ method }) => method !== "GET").length;

describe("a roll-back", () => {
  test("puts the key before into service again, everywhere, and the next plan agrees", async () => {
    const { first, second, secret } = await rotated();
    expect(await site.secrets()).not.toContain(secret);

    const report = await site.rollBack();

    expect(report).toMatchObject({
      outcome: "rolled-back",
      active: { id: first },
      rolledBack: { id: second },
      notes: [],
    });
    expect(report.stores).toEqual(site.files.map((file) => `the encrypted file ${file}`));
    expect(await site.secrets()).toEqual([secret, secret]);
    expect(await site.useAll()).toEqual([200, 200]);
    expect(await site.world.names()).toEqual([active, rolledBack]);

    expect(await planned()).toBe("no-op");
    expect(site.state).toMatchObject({
      id: first,
      name: active,
      rotate_after: report.rotationDueAt?.toString(),
      retiring: [{ id: second, name: expect.stringContaining("~rolledback~") as string }],
    });
    expect(report.revocableFrom).toEqual(report.rolledBack.since.plus(Duration.hours(1)));
  });

  test("leaves a key that is past its time in service until the overlap is over, and then it is replaced", async () => {
    const first = await site.create();
    site.world.clock.advance(Duration.days(90));
    await site.useAll();
    await site.rotate("spring");
    const { rotationDueAt, revocableFrom } = await site.rollBack();

    expect(rotationDueAt).toEqual(revocableFrom);
    expect(await planned()).toBe("no-op");
    expect(site.state).toMatchObject({ id: first, rotate_after: String(rotationDueAt) });
    site.world.clock.advance(Duration.minutes(59));
    expect(await planned()).toBe("no-op");
    site.world.clock.advance(Duration.minutes(2));
    expect(await site.key.plan(site.config("spring"))).toMatchObject({
      action: "replace",
      requiresReplace: ["rotate_after"],
    });
  });

  test.each<[string, (second: string | undefined) => Promise<void>]>([
    [
      "the overlap since the roll-back has not passed",
      async () => {
        site.world.clock.advance(Duration.minutes(58));
        await site.useAll();
      },
    ],
    [
      "nobody uses the older one",
      async () => {
        site.world.clock.advance(Duration.hours(3));
        return Promise.resolve();
      },
    ],
    [
      "a service has not read the older one yet",
      async (second) => {
        site.world.clock.advance(Duration.hours(3));
        await site.useAll();
        expect(await site.use(second)).toBe(200);
      },
    ],
  ])("keeps the generation that was rolled back while %s", async (_name, happen) => {
    await rotated();
    const [second] = await site.secrets();
    await site.rollBack();
    await happen(second);
    expect((await site.key.deploy(site.config("spring"))).action).toBe("no-op");
    expect(await site.use(second)).toBe(200);
    expect(await site.world.names()).toEqual([active, rolledBack]);
  });

  test("ends with a plan that shows the rolled-back generation leaving, when the older one is in use", async () => {
    const { first } = await rotated();
    const [second] = await site.secrets();
    await site.rollBack();
    site.world.clock.advance(Duration.hours(2));
    await site.useAll();

    const plan = await site.key.plan(site.config("spring"));
    expect(plan).toMatchObject({ action: "update", requiresReplace: [], plannedState: { id: first, retiring: [] } });
    expect((await site.key.apply(plan)).diagnostics).toEqual([]);
    expect(await site.use(second)).toBe(401);
    expect(await site.useAll()).toEqual([200, 200]);
    expect(await site.world.names()).toEqual([active]);
    expect(await planned()).toBe("no-op");
  });

  test("is possible past the overlap while the key before still works, and says so", async () => {
    const { first } = await rotated();
    site.world.clock.advance(Duration.hours(2));
    expect((await site.rollBack()).notes).toEqual([expect.stringContaining(`could have revoked ${first} at any time`)]);
    expect(await site.useAll()).toEqual([200, 200]);
    expect(await planned()).toBe("no-op");
  });

  test("says that the key before has other rights, which the next plan puts right", async () => {
    await rotated();
    const config = site.config("spring", { scopes: ["read"] });
    expect((await site.key.deploy(config)).action).toBe("update");
    expect((await site.rollBack()).notes).toEqual([expect.stringContaining("The rights of")]);
    expect(await site.key.plan(config)).toMatchObject({ action: "update", plannedState: { scopes: ["read"] } });
  });

  test("done twice changes nothing the second time, also after a deployment", async () => {
    const { first, second } = await rotated();
    const { rolledBack: taken } = await site.rollBack();
    for (let run = 0; run < 2; run += 1) {
      site.world.api.clearRequests();
      const again = await site.rollBack();
      expect(again).toMatchObject({ outcome: "done-before", active: { id: first }, rolledBack: { id: second } });
      expect(again.rolledBack.since).toEqual(taken.since);
      expect(changes()).toBe(0);
      await site.key.deploy(site.config("spring"));
    }
  });

  test("is possible again after the next rotation", async () => {
    const { first, secret } = await rotated();
    await site.rollBack();
    await site.useAll();
    await site.rotate("summer");
    expect(await site.rollBack()).toMatchObject({ outcome: "rolled-back", active: { id: first } });
    expect(await site.secrets()).toEqual([secret, secret]);
    expect(await site.world.names()).toEqual([active, rolledBack, rolledBack]);
    expect(await planned("summer")).toBe("no-op");
    expect(site.state.retiring).toHaveLength(2);
  });

  test("that is only tried changes nothing, and tells what it would do", async () => {
    const { first, second } = await rotated();
    const before = [await site.world.keys(), ...site.files.map((file) => readFileSync(file))];
    site.world.api.clearRequests();
    const tried = await site.rollBack({ isDryRun: true });
    expect(tried).toMatchObject({ outcome: "would-roll-back", active: { id: first }, rolledBack: { id: second } });
    expect(changes()).toBe(0);
    expect([await site.world.keys(), ...site.files.map((file) => readFileSync(file))]).toEqual(before);
    expect(Object.keys(await site.rollBack())).toEqual(Object.keys(tried));
  });
});

describe("a roll-back is refused, and changes nothing, where", () => {
  test.each<[string, (ids: { first: string; second: string }) => Promise<void> | void, RegExp]>([
    [
      "the key before is revoked",
      async ({ first }) => site.world.revoke(first),
      /the key \S+, which was the one before, is revoked/,
    ],
    [
      "there was no key before",
      async ({ first }) => {
        await site.world.revoke(first);
        for (const file of site.files) rmSync(`${file}.previous`);
      },
      /there is no generation to go back to/,
    ],
    [
      "one file does not keep the key before",
      () => {
        rmSync(`${site.files[1]}.previous`);
      },
      /b\/key\.age does not keep the secret of the key/,
    ],
    [
      "one file is somebody else's",
      () => {
        writeFileSync(site.files[0], "mine");
      },
      /a\/key\.age holds a file that is not encrypted with age/,
    ],
    [
      "one file is gone",
      () => {
        rmSync(site.files[0]);
      },
      /a\/key\.age holds nothing/,
    ],
    [
      "a folder is not there",
      () => {
        rmSync(site.files[0].replace(/\/key\.age$/, ""), { recursive: true });
      },
      /a\/key\.age cannot be read/,
    ],
    [
      "a rotation is under way",
      async () => {
        await site.world.createKey("scheduler-prod~pending~20260302t121500z0a1b2c3d");
      },
      /a rotation may be under way/,
    ],
    [
      "services may have read the secret of a rotation that was cut short",
      async () => {
        const keyId = await site.world.createKey("scheduler-prod~pending~20260302t121500z0a1b2c3d");
        await declaredApiKey(site.state, { variables: {} }).stores[0]?.put({
          keyId,
          secret: new Secret("pb_live_cut-short"),
        });
        site.world.clock.advance(Duration.hours(1));
      },
      /a rotation was cut short: services may have read the secret of scheduler-prod~pending~/,
    ],
    [
      "several keys are active",
      async () => {
        await site.world.createKey("scheduler-prod");
      },
      /several keys are named scheduler-prod/,
    ],
    [
      "the key in use is not the one of the state",
      async ({ second }) => {
        await site.world.revoke(second);
        await site.world.createKey("scheduler-prod");
      },
      /the key in use is \S+, and Terraform's state has/,
    ],
    [
      "all keys were renamed by hand",
      async ({ first, second }) => {
        await site.world.patch(first, { name: "old" });
        await site.world.patch(second, { name: "new" });
      },
      /none of its keys has a name that keyturn gives/,
    ],
    [
      "the key in use is revoked",
      async ({ second }) => site.world.revoke(second),
      /hand out the secret of the key \S+, which does not work any more/,
    ],
  ])("%s", async (_name, happen, message) => {
    const { first, second } = await rotated();
    await happen({ first, second });
    const before = await site.world.keys();
    site.world.api.clearRequests();
    for (const isDryRun of [true, false]) {
      await expect(site.rollBack({ isDryRun })).rejects.toThrow(message);
    }
    expect(changes()).toBe(0);
    expect(await site.world.keys()).toEqual(before);
  });

  test.each([
    [
      "only in Terraform's state",
      () => [{ terraform_state: { i_understand_the_secret_is_in_state: true } }],
      /its secret is in Terraform's state/,
    ],
    [
      "also in Terraform's state",
      (files: readonly object[]) => [...files, { terraform_state: { i_understand_the_secret_is_in_state: true } }],
      /its secret is also in Terraform's state/,
    ],
  ])("the secret is %s", async (_name, targets, message) => {
    const { deliver_to: files } = site.config() as { deliver_to: object[] };
    await site.key.deploy(site.config("none", { deliver_to: targets(files) }));
    await site.key.deploy(site.config("spring", { deliver_to: targets(files) }));
    await expect(site.rollBack()).rejects.toThrow(message);
    expect(await site.world.names()).toEqual([active, retiring]);
  });
});

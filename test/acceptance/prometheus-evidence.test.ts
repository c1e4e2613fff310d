/**
 * Evidence from the real Prometheus: what its queries say of keys that are used, not used, unknown to it, and used while it was away.
 */
import { createPrometheusSource, type PrometheusSettings } from "../../src/evidence/prometheus";
import { systemClock } from "../../src/model/clock";
import { Duration } from "../../src/model/duration";
import type { Observation } from "../../src/model/evidence";
import type { Instant } from "../../src/model/instant";
import { providerSchema } from "../../src/provider/schema/provider-schema";
import { Exporter, isPrometheusInstalled, PrometheusProcess } from "../support/prometheus";
import { temporaryFolder } from "../support/temporary-folder";
import { until } from "../support/until";
import { watchedKey } from "../support/watched-key";

jest.setTimeout(60_000);

if (!isPrometheusInstalled) {
  process.stderr.write("Skipped: there is no prometheus on the PATH; install the distribution's package.\n");
}

const increase = 'sum(increase(requests_total{key_id="$key_id"}[$window]))';
/** The query that the provider's reference advises. */
const [, sound = ""] =
  /`(\(\(sum\(increase.*?)`/.exec(
    providerSchema.attributes.evidence.attributes.prometheus.attributes.query.description,
  ) ?? [];

(isPrometheusInstalled ? describe : describe.skip)("the real Prometheus", () => {
  const folder = temporaryFolder();
  const exporter = new Exporter();
  let prometheus: PrometheusProcess;
  let watchedSince: Instant;

  beforeAll(async () => {
    await exporter.start();
    for (const id of ["busy", "busier", "idle"]) exporter.count(`key_id="${id}"`, 0);
    prometheus = await PrometheusProcess.start(folder, exporter.port);
    await until(async () => {
      watchedSince = systemClock.now().minus(Duration.seconds(2));
      const { watched } = await ask("idle", sound);
      return watched !== undefined && !watched.from.isAfter(watchedSince);
    });
    watchedSince = systemClock.now();
  });
  afterAll(async () => {
    await prometheus.stop();
    await exporter.stop();
  });

  function ask(
    id: string,
    query: string,
    changes: Partial<PrometheusSettings> = {},
    since = watchedSince,
  ): Promise<Observation> {
    const source = createPrometheusSource(
      { url: prometheus.url, query, resolution: Duration.seconds(4), ...changes },
      { clock: systemClock, variables: {}, userAgent: "keyturn/0.0.0 (+test)" },
    );
    return source.observe(watchedKey({ id }), { since, now: systemClock.now() });
  }

  const sees = async (id: string, query: string): Promise<boolean> => (await ask(id, query)).lastUsedAt !== undefined;

  test.each([
    ["increase alone", "busy", increase],
    ["the sound query", "busier", sound],
  ])("tells by %s when a key was used", async (_name, id, query) => {
    expect(await sees(id, query)).toBe(false);
    const before = systemClock.now();
    exporter.count(`key_id="${id}"`, 1);
    const after = systemClock.now();

    await until(() => sees(id, query));
    const observation = await ask(id, query);

    expect(observation).toMatchObject({ source: "Prometheus" });
    expect(observation.problem).toBeUndefined();
    expect(observation.lastUsedAt?.isAfter(after)).toBe(false);
    expect(observation.lastUsedUpTo?.isBefore(before)).toBe(false);
  });

  test.each([
    ["increase alone", increase],
    ["the sound query", sound],
  ])("tells by %s that a key whose counter stands at 0 is not used", async (_name, query) => {
    const since = systemClock.now().minus({ ms: 2_000 });
    const { lastUsedAt, lastUsedUpTo, watched, problem } = await ask("idle", query, {}, since);
    expect({ lastUsedAt, lastUsedUpTo, problem }).toEqual({});
    expect(watched?.from.isAfter(since)).toBe(false);
    expect(watched?.to.isAfter(since)).toBe(false);
    expect(watched && systemClock.now().msUntil(watched.to)).toBeLessThanOrEqual(-2_000);
  });

  test("knows nothing of a key without a series, unless the query says that this means zero", async () => {
    expect(await ask("absent", increase)).toEqual({ source: "Prometheus", watched: undefined });
    expect((await ask("absent", sound)).watched?.from.isAfter(watchedSince)).toBe(false);
  });

  test("does not see by increase alone what a series begins with; the sound query does", async () => {
    exporter.count('key_id="sudden"', 1);
    await until(() => sees("sudden", sound));
    const { lastUsedAt } = await ask("sudden", increase);
    expect(lastUsedAt).toBeUndefined();
  });

  test("adds up several series", async () => {
    exporter.count('key_id="spread",pod="a"', 0);
    exporter.count('key_id="spread",pod="b"', 0);
    const query = 'increase(requests_total{key_id="$key_id"}[$window])';
    await until(async () => (await ask("spread", query, {}, systemClock.now())).watched !== undefined);
    expect(await sees("spread", query)).toBe(false);
    exporter.count('key_id="spread",pod="b"', 1);
    await until(() => sees("spread", query));
  });

  test("is asked with a value that has quotes and backslashes in it", async () => {
    const id = String.raw`a"b'c\d`;
    exporter.count(String.raw`key_id="a\"b'c\\d"`, 0);
    const single = "sum(increase(requests_total{key_id='$key_id'}[$window]))";
    await until(
      async () => (await ask(id, increase)).watched !== undefined && (await ask(id, single)).watched !== undefined,
    );
  });

  test("is asked about more time than it gives points for", async () => {
    const since = systemClock.now().minus(Duration.days(400));
    const { watched, problem } = await ask(
      "idle",
      "sum(count_over_time(requests_total[$window])) > bool 1e9 or vector(0) # $key_id",
      {},
      since,
    );
    expect(problem).toBeUndefined();
    expect(watched?.from.isAfter(since)).toBe(false);
  });

  test("says what is wrong with a query", async () => {
    expect((await ask("busy", 'sum(increase(requests_total{key_id="$key_id"}[$window])')).problem).toMatch(
      /^127\.0\.0\.1:\d+ answered 400 \(it says: bad_data: .*parse error.*\)$/,
    );
  });

  test("is not there at an address that it does not serve", async () => {
    expect((await ask("busy", increase, { url: `${prometheus.url}/elsewhere` })).problem).toMatch(
      /^127\.0\.0\.1:\d+ answered 404; check the address$/,
    );
  });

  test("takes the time in which the gateway was away for time in which nobody watched", async () => {
    const isWatching = async (): Promise<boolean> => {
      const { watched } = await ask("idle", sound, {}, systemClock.now());
      return watched !== undefined;
    };
    await exporter.stop();
    await until(async () => !(await isWatching()));
    const awayAt = systemClock.now();
    await exporter.start();
    await until(isWatching);

    const { watched, lastUsedAt, problem } = await ask("idle", sound);

    expect(problem).toBeUndefined();
    expect(lastUsedAt).toBeUndefined();
    expect(watched?.from.isAfter(awayAt)).toBe(true);
  });

  test("that has ended is a problem, and says where it was looked for", async () => {
    const { host } = new URL(prometheus.url);
    await prometheus.stop();
    expect(await ask("idle", sound)).toEqual({
      source: "Prometheus",
      problem: `${host}: no connection (ECONNREFUSED); check that it runs, and that it can be reached from here`,
    });
  });
});

import { createLogger } from "../../../../src/logging/logger";
import { CallsInFlight } from "../../../../src/plugin/serving/calls-in-flight";
import type { GrpcServer } from "../../../../src/plugin/serving/grpc-server";
import type { Host } from "../../../../src/plugin/serving/host";
import { Lifetime } from "../../../../src/plugin/serving/lifetime";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A process on paper: signals are sent by hand, and what happens is written down in order. */
function watched(): {
  lifetime: Lifetime;
  calls: CallsInFlight;
  events: string[];
  send: (signal: string) => void;
  loseParent: () => void;
} {
  const events: string[] = [];
  const listeners = new Map<string, () => void>();
  let ppid = 100;
  const stream = { write: () => true, on: () => undefined };
  const host: Host = {
    env: {},
    platform: "linux",
    get ppid() {
      return ppid;
    },
    stdout: stream,
    stderr: stream,
    on: (event: string, listener: (error: Error) => void) => listeners.set(event, listener as () => void),
    exit: (code) => events.push(`exit ${code}`),
  };
  const grpcServer: GrpcServer = {
    accept: () => undefined,
    stopProvider: async () => {
      events.push("stop");
    },
    close: async () => {
      events.push("close");
    },
  };
  const calls = new CallsInFlight();
  const log = createLogger({ level: "off", module: "wire", now: () => new Date(0), write: () => undefined });
  const lifetime = new Lifetime({ host, log, calls, grpcServer: async () => grpcServer });
  lifetime.watch();
  return {
    lifetime,
    calls,
    events,
    send: (signal) => listeners.get(signal)?.(),
    loseParent: () => {
      ppid = 1;
    },
  };
}

test.each(["SIGTERM", "SIGHUP"])("%s winds the provider up and ends the process", async (signal) => {
  const { events, send } = watched();

  send(signal);
  await jest.advanceTimersByTimeAsync(0);

  expect(events).toEqual(["stop", "close", "exit 0"]);
});

test("SIGINT changes nothing: the host will say what to do", async () => {
  const { events, send } = watched();

  send("SIGINT");
  await jest.advanceTimersByTimeAsync(10_000);

  expect(events).toEqual([]);
});

test("SIGTERM waits for a call in flight, however long it takes; a second one does not", async () => {
  const { events, calls, send } = watched();
  void calls.track(() => new Promise(() => undefined));

  send("SIGTERM");
  await jest.advanceTimersByTimeAsync(3_600_000);
  expect(events).toEqual(["stop"]);

  send("SIGTERM");
  expect(events).toEqual(["stop", "exit 1"]);
});

test("when the host is gone, the call in flight is finished first", async () => {
  const { lifetime, events, calls, loseParent } = watched();
  lifetime.noteConnection();
  let finish = (): void => undefined;
  void calls.track(() => new Promise<void>((resolve) => (finish = resolve)));

  loseParent();
  await jest.advanceTimersByTimeAsync(600_000);
  expect(events).toEqual(["stop"]);

  finish();
  await jest.advanceTimersByTimeAsync(0);
  expect(events).toEqual(["stop", "close", "exit 0"]);
});

test("a connected host may be silent for a day", async () => {
  const { lifetime, events } = watched();
  lifetime.noteConnection();

  await jest.advanceTimersByTimeAsync(86_400_000);

  expect(events).toEqual([]);
});

test("a host that never connects is given a minute", async () => {
  const { events } = watched();

  await jest.advanceTimersByTimeAsync(58_000);
  expect(events).toEqual([]);

  await jest.advanceTimersByTimeAsync(2_000);
  expect(events).toEqual(["stop", "close", "exit 0"]);
});

test("after a Shutdown call the process ends before the host's two seconds are over, whatever is in flight", async () => {
  const { lifetime, events, calls } = watched();
  void calls.track(() => new Promise(() => undefined));

  lifetime.endByRequest();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(events).toEqual([]);

  await jest.advanceTimersByTimeAsync(800);
  expect(events).toEqual(["close", "exit 0"]);
});

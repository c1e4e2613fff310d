/**
 * The steps of a rotation, each with what makes it last, and what shows that it is reached.
 *
 * The API's faults hold a request: it is answered with a long pause before it is tried again. Where no request is, the provider is
 * let run for moments only, until the files show how far it is.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Duration } from "../../src/model/duration";
import type { Fault } from "../../src/testing";
import { providerPids, signalAll, stepUntil } from "./provider-process";

/** Where new secrets go. */
export type Target = "the state" | "encrypted files";

/** What a moment can see. */
interface Scene {
  readonly folder: string;
  readonly terraformPid: number;
  /** Whether the API has held a request since the faults were set. */
  readonly isHeld: () => Promise<boolean>;
  /** What Terraform has printed. */
  readonly output: () => string;
  /** How many of the encrypted files have another content than before the run. */
  readonly filesChanged: () => number;
}

/** A moment of a rotation. */
export interface KillMoment {
  readonly step: string;
  /** What holds the run. @default - nothing */
  readonly faults?: readonly Fault[];
  /** Too long to be waited for, unless it says otherwise. */
  readonly overlap?: Duration;
  /** @default both */
  readonly targets?: readonly Target[];
  /** Called before the run. */
  readonly prepare?: (folder: string) => void;
  /** @default when the API holds a request */
  readonly isReached?: (scene: Scene) => Promise<boolean>;
}

const list = { method: "GET", path: "/v1/api-keys" } as const;
const mint = { method: "POST", path: "/v1/api-keys" } as const;
const rename = { method: "PATCH" } as const;
const revoke = { method: "DELETE" } as const;
/** Services ask for something else in these tests. */
const prove = { method: "GET", path: "/v1/pinterest/accounts" } as const;

/** Holds requests from that one on, so long that nothing comes after it. */
function hold(request: Pick<Fault, "method" | "path">, after = 0): Fault {
  return { kind: "rate-limit", retryAfterSeconds: 50, ...request, after, count: "always" };
}

/** Loses the answer to the request, and holds whatever comes after it. */
function lose(request: Pick<Fault, "method" | "path">, after = 0): readonly Fault[] {
  return [{ kind: "lost-response", ...request, after }, hold(request, after)];
}

/** Holds a request for a moment only, which is long enough for a busy machine to notice. */
function delay(request: Pick<Fault, "method" | "path">, after: number): Fault {
  return { kind: "rate-limit", retryAfterSeconds: 3, ...request, after };
}

const rolloutFile = "rollout-is-held";

/** The command of a rollout, which lasts as long as a file is there. */
export const rolloutCommand = `echo rollout >> rollouts; while [ -e ${rolloutFile} ]; do sleep 0.1; done`;

const shortOverlap = Duration.seconds(2);

/** How many lists of keys come before: the refresh has one, and the creation another. */
const beforeCreation = 1;

export const killMoments: readonly KillMoment[] = [
  { step: "1 before the targets are checked", faults: [hold(list, beforeCreation)] },
  {
    step: "1 while the targets are checked",
    targets: ["encrypted files"],
    faults: [delay(list, beforeCreation), hold(mint)],
    isReached: slowly(({ folder }) => readdirSync(folder).some((name) => name.includes(".keyturn-"))),
  },
  { step: "2 before a key is minted", faults: [hold(mint)] },
  {
    step: "2 after a key is minted and the answer is lost",
    faults: [{ kind: "lost-response", ...mint }, hold(list, beforeCreation + 1)],
  },
  { step: "3 before the secret is proved", faults: [hold(prove)] },
  { step: "3 after the secret is proved", faults: [hold(list, beforeCreation + 1)] },
  {
    step: "4 when the first of two targets has the new secret",
    targets: ["encrypted files"],
    faults: [delay(list, beforeCreation + 1), hold(rename)],
    isReached: slowly(({ filesChanged }) => filesChanged() > 0),
  },
  { step: "5 before the old key is retired", faults: [hold(rename)] },
  { step: "5 after the old key is retired", faults: lose(rename) },
  { step: "6 before the new key is active", faults: [hold(rename, 1)] },
  { step: "6 after the new key is active", faults: lose(rename, 1) },
  {
    step: "7 while dependents change over",
    prepare: (folder) => {
      writeFileSync(path.join(folder, rolloutFile), "");
    },
    isReached: async ({ folder }) => await Promise.resolve(existsSync(path.join(folder, "rollouts"))),
  },
  {
    step: "8 while the overlap is waited for",
    overlap: Duration.minutes(4),
    isReached: async ({ output }) => await Promise.resolve(/deposed object \w+\): Destroying/.test(output())),
  },
  { step: "9 before the old key is revoked", overlap: shortOverlap, faults: [hold(revoke)] },
  { step: "9 after the old key is revoked", overlap: shortOverlap, faults: lose(revoke) },
];

/** Slows the provider down as soon as the API holds it, until the files say that it is there. */
function slowly(isThere: (scene: Scene) => boolean): (scene: Scene) => Promise<boolean> {
  return async (scene) => {
    if (!(await scene.isHeld())) return false;
    const pids = providerPids(scene.terraformPid);
    if (await stepUntil(pids, () => isThere(scene))) return true;
    signalAll(pids, "SIGCONT");
    throw new Error("the provider went past the moment");
  };
}

/**
 * One state that declares the key, with the places that it delivers to and the services that read them.
 *
 * What is known here is what services really did and read, whatever the API says of it.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { KeyturnError } from "../../../src/model/error";
import type { ApiKeyState } from "../../../src/provider/schema/api-key-schema";
import { readLabel } from "../../../src/stores/key-label";
import type { AgeReader } from "../age-reader";
import type { StateFile } from "../harness/resource-instance";
import { goodConfig, type KeyWorld } from "../key-world";
import { Service } from "./service";
import type { Beginning, Change, StateIndex } from "./steps";

/** A secret as a service reads it. */
export interface ReadSecret {
  readonly keyId: string;
  readonly secret: string;
}

type Targets = NonNullable<ApiKeyState["deliver_to"]>;

/** What is declared, and may change. */
interface Declared {
  triggers: number;
  incidents: number;
  scopes: readonly string[];
  period: string;
  overlap: string;
  verification: "evidence" | "time-only";
  force: boolean;
  protection: boolean;
  targets: number;
}

const inState = { terraform_state: { i_understand_the_secret_is_in_state: true } };

/** One state and what belongs to it. */
export class Site {
  readonly services: readonly Service[];
  readonly declared: Declared;
  readonly quiet: string;
  instance: ReturnType<KeyWorld["key"]>;
  readonly #secrets = new Map<string, ReadSecret>();
  #lastTargets: Targets | undefined;

  constructor(
    readonly index: StateIndex,
    beginning: Beginning,
    private readonly parts: { readonly world: KeyWorld; readonly folder: string; readonly reader: AgeReader },
  ) {
    const { period, overlap, verification, targets, quiet } = beginning;
    this.quiet = quiet;
    this.declared = {
      triggers: 0,
      incidents: 0,
      scopes: ["read"],
      period,
      overlap,
      verification,
      force: false,
      protection: false,
      targets,
    };
    this.wait = beginning.wait;
    this.instance = parts.world.key();
    const kinds = index === 0 ? (["schedule", "schedule", ...beginning.services] as const) : (["schedule"] as const);
    this.services = kinds.map((kind, place) => new Service(kind, place, this));
  }

  private readonly wait: string;

  /** The configuration of now. */
  get config(): object {
    const { triggers, incidents, scopes, period, overlap, verification, force, protection } = this.declared;
    return {
      ...goodConfig,
      scopes,
      rotation_period: period,
      overlap_window: overlap,
      quiet_period: this.quiet,
      overlap_wait: this.wait,
      verification,
      rotation_triggers: { deploys: String(triggers) },
      ...(incidents > 0 && { compromised: `INC-${incidents}` }),
      force_revoke: force,
      deletion_protection: protection,
      deliver_to: this.#targets(),
    };
  }

  change({ kind, ...change }: Change): void {
    const { declared } = this;
    switch (kind) {
      case "trigger":
        declared.triggers += 1;
        break;
      case "compromised":
        declared.incidents += 1;
        break;
      case "scopes":
        declared.scopes = declared.scopes.length === 1 ? ["read", "write"] : ["read"];
        break;
      case "force":
        declared.force = !declared.force;
        break;
      case "protection":
        declared.protection = !declared.protection;
        break;
      case "time-only":
        declared.verification = declared.verification === "evidence" ? "time-only" : "evidence";
        break;
      case "period":
      case "overlap":
        if ("value" in change) declared[kind] = change.value;
        break;
      case "deliver_to":
        if ("targets" in change) declared.targets = change.targets;
        break;
    }
  }

  /** Whether the next apply answers an incident. */
  get hasIncident(): boolean {
    // Where a broken run has left nothing but an object that is set aside, the next one answers with the end of that.
    const state = this.instance.state ?? this.instance.deposedStates.at(-1);
    return state !== undefined && this.declared.incidents > 0 && state.compromised !== `INC-${this.declared.incidents}`;
  }

  /** The state that services are configured from: also that of an object that a broken run has left deposed. */
  get deployed(): ApiKeyState | undefined {
    const state = this.instance.state ?? this.instance.deposedStates.at(-1);
    if (state?.deliver_to) this.#lastTargets = state.deliver_to;
    return state ?? undefined;
  }

  loseState(): void {
    this.instance = this.parts.world.key();
  }

  /** Goes on with what core has saved, after a kill: nothing of the killed process reaches the state any more. */
  goOn(stateFile: StateFile): void {
    const survivor = this.parts.world.key();
    survivor.continueWith(this.parts.world.provider.server, stateFile);
    this.instance = survivor;
  }

  /** What each place holds now; undefined where nothing can be read. Files stay when a state is lost. */
  async places(): Promise<readonly (ReadSecret | undefined)[]> {
    const state = this.deployed;
    const targets = state?.deliver_to ?? this.#lastTargets ?? [];
    return await Promise.all(
      targets.map(async ({ encrypted_file: file }) => {
        if (typeof file?.path === "string") return await this.#read(file.path);
        return typeof state?.id === "string" && state.secret !== null
          ? { keyId: state.id, secret: state.secret }
          : undefined;
      }),
    );
  }

  async #read(file: string): Promise<ReadSecret | undefined> {
    const keyId = existsSync(file) ? readLabel(readFileSync(file))?.keyId : undefined;
    if (keyId === undefined) return undefined;
    const known = this.#secrets.get(`${file} ${keyId}`);
    if (known) return known;
    const secret = await this.parts.reader.read(file);
    if (secret === undefined) throw new KeyturnError("STORE_UNREACHABLE", `${file} is gone`);
    const read = { keyId, secret };
    this.#secrets.set(`${file} ${keyId}`, read);
    return read;
  }

  #targets(): readonly object[] {
    const file = (name: string): object => ({
      encrypted_file: {
        path: path.join(this.parts.folder, `${name}-${this.index}.age`),
        recipients: [this.parts.reader.recipient],
      },
    });
    return (
      [
        [inState],
        [file("one")],
        [file("one"), file("two")],
        [inState, file("one")],
        [file("two"), inState, file("one")],
      ][this.declared.targets] ?? []
    );
  }
}

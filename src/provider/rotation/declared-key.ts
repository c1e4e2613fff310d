/**
 * A logical key as a configuration declares it: all that its rotation needs to know.
 */
import type { RotationPolicy } from "../../model/rotation-policy";
import type { Store } from "../../stores";

/** What is declared of a logical key. */
export interface DeclaredKey {
  readonly logicalName: string;
  readonly service: string;
  readonly environment: string;
  readonly policy: RotationPolicy;
  /** Where its secret is delivered to by keyturn. */
  readonly stores: readonly Store[];
  /** Whether its secret is handed over in Terraform's state as well, which Terraform writes. */
  readonly isInState: boolean;
}

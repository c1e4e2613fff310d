/**
 * Runs code when cdktf writes a stack, with the folder that it writes to.
 *
 * cdktf marks this hook as meant for its own use, and offers no other that knows the folder. It is used in this one file, so that
 * a change in cdktf has one place to look at.
 */
import path from "node:path";
import { TerraformStack } from "cdktf";
import { addCustomSynthesis } from "cdktf/lib/synthesize/synthesizer";
import type { IConstruct } from "constructs";

/** Calls `action` with the stack's output folder each time that the stack of `construct` is synthesised. Once for each construct. */
export function onStackSynthesis(construct: IConstruct, action: (stackFolder: string) => void): void {
  addCustomSynthesis(construct, {
    onSynthesize: ({ outdir, manifest }) => {
      const { workingDirectory } = manifest.forStack(TerraformStack.of(construct));
      action(path.join(outdir, workingDirectory));
    },
  });
}

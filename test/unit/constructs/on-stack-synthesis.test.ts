import path from "node:path";
import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { onStackSynthesis } from "../../../src/constructs/on-stack-synthesis";

// cdktf calls this hook internal. If these fail after an update of cdktf, the provider is not installed into stacks any more.
describe("cdktf's hook for code that runs at synth", () => {
  test("calls the code once, with the folder of the stack that the construct is in", () => {
    const app = Testing.app();
    const stack = new TerraformStack(app, "publishing");
    const folders: string[] = [];
    onStackSynthesis(new Construct(new Construct(stack, "outer"), "inner"), (folder) => folders.push(folder));

    app.synth();

    expect(folders).toEqual([path.join(app.outdir, "stacks", "publishing")]);
  });

  test("is still where it is imported from", () => {
    expect(jest.requireActual<object>("cdktf/lib/synthesize/synthesizer")).toHaveProperty(
      "addCustomSynthesis",
      expect.any(Function),
    );
  });
});

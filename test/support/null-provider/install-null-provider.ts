/** Installs the null provider for a test. */
import path from "node:path";
import { installTestProvider } from "../install-test-provider";

/** The version under which the provider is installed if none is asked for: one that the real provider will not reach. */
export const nullProviderVersion = "3.999.0";

/**
 * @param folder the folder in which Terraform will be started
 * @param version the version that the configuration asks for
 */
export async function installNullProvider(folder: string, version = nullProviderVersion): Promise<void> {
  const entry = path.join(__dirname, "main.ts");
  await installTestProvider(folder, { source: "registry.terraform.io/hashicorp/null", version, entry });
}

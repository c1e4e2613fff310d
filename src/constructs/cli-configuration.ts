/**
 * Finds out whether the user's Terraform or OpenTofu CLI configuration keeps it from finding the provider in the stack's folder.
 *
 * Both look into `terraform.d/plugins` by themselves, but only as long as no `provider_installation` block says where else to look.
 * Many company pipelines have such a block, and Terraform's own message then speaks of a registry that does not exist.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What decides which configuration files are read. */
export interface CliConfigurationPlace {
  readonly home: string;
  readonly variables: Readonly<Partial<Record<string, string>>>;
}

/**
 * The CLI configuration files that hide the stack's own provider folder, with the fix, or undefined where nothing stands in the way.
 * A file that cannot be read counts as harmless: Terraform reports it better.
 */
export function hiddenProviderWarning(place: CliConfigurationPlace): string | undefined {
  const files = configurationFiles(place).filter((file) => hidesStackProviders(readText(file)));
  if (files.length === 0) return undefined;
  return (
    `${files.join(" and ")} has a provider_installation block, so Terraform will not look for the keyturn provider in the stack's folder. ` +
    `Add this to the block: filesystem_mirror { path = "terraform.d/plugins" include = ["keyturn.internal/*/*"] }, ` +
    `and exclude = ["keyturn.internal/*/*"] to its other methods`
  );
}

/** Terraform reads one main file and a folder, unless a variable names the file; OpenTofu has names of its own that go first. */
function configurationFiles({ home, variables }: CliConfigurationPlace): string[] {
  const named = variables["TF_CLI_CONFIG_FILE"] ?? variables["TERRAFORM_CONFIG"];
  if (named !== undefined && named !== "") return [named];
  const openTofuFolder = path.join(variables["XDG_CONFIG_HOME"] ?? path.join(home, ".config"), "opentofu");
  const mainFiles = [path.join(home, ".terraformrc"), path.join(home, ".tofurc"), path.join(openTofuFolder, "tofurc")];
  const folder = path.join(home, ".terraform.d");
  const folderFiles = namesIn(folder).filter((name) => /\.tfrc(\.json)?$/.test(name));
  return [...mainFiles, ...folderFiles.map((name) => path.join(folder, name))];
}

/** Whether the text of a configuration has an installation block that does not provide for our provider. */
export function hidesStackProviders(text: string): boolean {
  const code = withoutComments(text);
  const hasBlock = /(?:^|[\s{},;])"?provider_installation"?\s*[:={[]/.test(code);
  return hasBlock && !/"keyturn\.internal\/|"(?:\.\/)?terraform\.d\/plugins\/?"/.test(code);
}

/** Strings are matched first, so that the slashes of a URL in one do not start a comment. */
function withoutComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|#.*|\/\/.*/g, (found) =>
    found.startsWith('"') ? found : " ",
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

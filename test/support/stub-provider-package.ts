/**
 * Stands in for `src/provider/schema/provider-package` where a test must not depend on a build. The "zip" is this very file.
 *
 * Use: `jest.mock("…/provider-package", () => jest.requireActual("…/support/stub-provider-package"))`.
 */
import type * as real from "../../src/provider/schema/provider-package";

export const { providerSource } = jest.requireActual<typeof real>("../../src/provider/schema/provider-package");

export const stubPackage: real.ProviderPackage = { version: "1.2.3-stub", h1: "h1:c3R1Yg==", zipPath: __filename };

export const providerPackage = (): real.ProviderPackage => stubPackage;

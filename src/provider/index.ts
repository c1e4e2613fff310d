/**
 * The subpath `keyturn/provider`: the packed Terraform provider, for those who install it by other means than the constructs.
 */
export { providerPackage, providerSource, type ProviderPackage } from "./schema/provider-package";

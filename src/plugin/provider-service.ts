/**
 * The provider's side of the plugin protocol, as a plain object of asynchronous methods.
 *
 * Types only: importing this loads nothing. The methods are those of `proto/tfplugin6.proto`, in camel case.
 */
import type { Provider } from "./gen/tfplugin6_pb";
import type { ServiceImplementation } from "./serving/service-adapter";

/**
 * What a provider implements. A method that is left out answers UNIMPLEMENTED.
 *
 * A method should report its failures as diagnostics in its response. An exception becomes a bare INTERNAL status,
 * which tells the practitioner little.
 */
export type ProviderService = ServiceImplementation<typeof Provider>;

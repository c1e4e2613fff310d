/** A client of the key API. The main starting point is `createKeyApiClient`. */
export { createKeyApiClient } from "./create-key-api-client";
export { KeyApiError, type KeyApiErrorDetails } from "./key-api-error";
export type {
  Authentication,
  CallOptions,
  CreatedKey,
  KeyApiClient,
  KeyChanges,
  KeyListing,
  ListOptions,
  NewKey,
  Revocation,
} from "./key-api-client";
export type { ActivityFilters, ActivityItem, ActivityPage } from "./activity";
export type { KeyApiClientOptions, TimeSpan } from "./client-options";
export type { Credentials } from "./credentials";
export type { Project, ProjectListing } from "./projects";
// The value types that calls take and give, so that a program needs no second import.
export type { Clock } from "../model/clock";
export { Duration } from "../model/duration";
export { KeyturnError, type ErrorCode } from "../model/error";
export { Instant } from "../model/instant";
export type { ListedKey } from "../model/listed-key";
export { Secret } from "../model/secret";

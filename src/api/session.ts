/**
 * Logging in, and the projects that a person may act in.
 *
 * A token from a login is bound to one project; switching projects answers a fresh token, which must be used at once.
 */
import * as z from "zod";

export const loginRequest = z.object({ email: z.string().min(1), password: z.string().min(1) });

const projectBody = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.string().optional(),
  plan: z.string().nullish(),
  created_at: z.string().optional(),
});
export type ProjectBody = z.infer<typeof projectBody>;

const organization = z.object({ id: z.string(), name: z.string() });

export const loginBody = z.object({
  access_token: z.string().min(1),
  token_type: z.string(),
  /** Seconds. */
  expires_in: z.number().optional(),
  user: z.looseObject({}).nullish(),
  organization: organization.nullish(),
  active_project: projectBody.nullish(),
  projects: z.array(projectBody).default([]),
});
export type LoginBody = z.infer<typeof loginBody>;

export const switchProjectRequest = z.object({ project_id: z.string().min(1) });

/** The part of the answer to a project switch that is documented: the fresh token. */
export const switchProjectBody = z.object({ access_token: z.string().min(1), expires_in: z.number().optional() });

export const projectListBody = z.object({
  organization: organization.nullish(),
  active_project: projectBody.nullish(),
  projects: z.array(projectBody),
});
export type ProjectListBody = z.infer<typeof projectListBody>;

/** The projects that a credential can see, in the form that the rest of keyturn knows. */
import { projectListBody, type ProjectBody } from "../api/session";
import { reader } from "./content";

/** A project: the API calls it a workspace where it speaks of keys. */
export interface Project {
  readonly id: string;
  readonly name: string;
  /** `production`, `sandbox`, or a word that the API has learned since. */
  readonly environment: string | undefined;
  readonly plan: string | undefined;
}

/** The projects, and which of them the credential acts in. */
export interface ProjectListing {
  readonly projects: readonly Project[];
  readonly activeProject: Project | undefined;
}

/**
 * Reads the answer to `GET /v1/projects`.
 * @throws UnreadableContent
 */
export function readProjects(json: unknown): ProjectListing {
  const body = reader(projectListBody)(json);
  return {
    projects: body.projects.map(project),
    activeProject: body.active_project ? project(body.active_project) : undefined,
  };
}

function project({ id, name, environment, plan }: ProjectBody): Project {
  return { id, name, environment, plan: plan ?? undefined };
}

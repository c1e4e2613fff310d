/** Logging in, listing the projects, and switching between them. */
import type { Hono } from "hono";
import {
  loginRequest,
  switchProjectRequest,
  type LoginBody,
  type ProjectBody,
  type ProjectListBody,
} from "../../api/session";
import { recordActivity } from "../activity-event";
import { ApiFailure } from "../api-failure";
import { authenticate, authenticateUser } from "../authenticate";
import type { RequestEnvironment, ServerParts } from "../context";
import { readBody } from "../request-body";
import type { Project, User } from "../store/directory";
import { passwordFits } from "../store/password";

/** Compared with when nobody has that e-mail address, so that both refusals take the same time. */
const nobodysPasswordHash = `${"A".repeat(22)}.${"A".repeat(43)}`;

export function addSessionRoutes(app: Hono<RequestEnvironment>, parts: ServerParts): void {
  const { directory, sessions, clock, behaviour } = parts;

  const grant = (user: User, project: Project): LoginBody => {
    const lifetimeSeconds = behaviour.current.tokenLifetimeSeconds;
    return {
      access_token: sessions.issue({ userId: user.id, projectId: project.id }, clock.now(), lifetimeSeconds),
      token_type: "bearer",
      expires_in: lifetimeSeconds,
      user: { id: user.id, email: user.email },
      organization: directory.organization,
      active_project: projectBody(project),
      projects: directory.projects.map(projectBody),
    };
  };

  app.post("/v1/auth/login", async (context) => {
    const { email, password } = await readBody(context, loginRequest);
    const user = directory.userByEmail(email);
    const fits = await passwordFits(password, user?.passwordHash ?? nobodysPasswordHash);
    if (!user || !fits) throw new ApiFailure(401, "invalid_credentials", "Invalid email or password");
    const project = directory.activeProject(user);
    context.set("caller", { kind: "user", user, project });
    recordActivity(parts, context, { action: "auth.login", category: "security", message: "Logged in" });
    return context.json(grant(user, project));
  });

  app.get("/v1/projects", (context) => {
    const { project } = authenticate(parts, context, "read");
    const body: ProjectListBody = {
      organization: directory.organization,
      active_project: projectBody(project),
      projects: directory.projects.map(projectBody),
    };
    return context.json(body);
  });

  app.post("/v1/projects/switch", async (context) => {
    const { user } = authenticateUser(parts, context);
    const { project_id: projectId } = await readBody(context, switchProjectRequest);
    const project = directory.project(projectId);
    if (!project) throw new ApiFailure(404, "project_not_found", "There is no project with this id.");
    directory.switchProject(user, project);
    return context.json(grant(user, project));
  });
}

function projectBody({ id, name, environment, plan, createdAt }: Project): ProjectBody {
  return { id, name, environment, plan, created_at: createdAt.toString() };
}

/**
 * The credential of the client's calls, and the login behind it where there is one.
 *
 * Logging in happens at the first call, and once for all calls that need it at the same time. A token that the API refuses is renewed
 * once; a renewed token that never worked is not renewed again, and a refused password is not tried again, so that nobody is locked out.
 */
import { loginBody, switchProjectBody } from "../api/session";
import { Secret } from "../model/secret";
import type { ApiRequest } from "./api-request";
import { reader } from "./content";
import { keyHeader, tokenHeader, type CredentialHeader, type Credentials } from "./credentials";
import type { Exchange } from "./exchange";
import { KeyApiError } from "./key-api-error";
import { readReply } from "./read-reply";
import type { Reply } from "./reply";
import { waitFor } from "./wait-for";

type Login = Extract<Credentials, { kind: "login" }>;

/** Makes calls under the client's credential. */
export type AuthenticatedExchange = Exchange;

/** Adds the credential to every call. A refused login ends the call with the error of the login. */
export function authenticate(credentials: Credentials, exchange: Exchange): AuthenticatedExchange {
  switch (credentials.kind) {
    case "key":
      return withHeader(keyHeader(credentials.secret), exchange);
    case "token":
      return withHeader(tokenHeader(credentials.token), exchange);
    case "login":
      return withLogin(credentials, exchange);
  }
}

function withHeader(credential: CredentialHeader, exchange: Exchange): AuthenticatedExchange {
  return (request, signal) => exchange({ ...request, credential }, signal);
}

interface Token {
  readonly credential: CredentialHeader;
  readonly isRenewal: boolean;
  hasWorked: boolean;
}

function withLogin(login: Login, exchange: Exchange): AuthenticatedExchange {
  /** The login that counts, finished or not. */
  let current: Promise<Token> | undefined;
  /** Its token, once it is there. */
  let token: Token | undefined;

  function start(isRenewal: boolean): Promise<Token> {
    token = undefined;
    const started = logIn(login, exchange).then((credential) => {
      token = { credential, isRenewal, hasWorked: false };
      return token;
    });
    current = started;
    started.catch((error: unknown) => {
      const isRefused = error instanceof KeyApiError && ["UNAUTHENTICATED", "FORBIDDEN"].includes(error.code);
      if (!isRefused) current = undefined;
    });
    return started;
  }

  /** The token that replaces a refused one; undefined if there is no use in another. */
  function renewed(refused: Token): Promise<Token> | undefined {
    if (token !== refused) return current ?? start(true);
    return refused.isRenewal && !refused.hasWorked ? undefined : start(true);
  }

  async function sendWith(used: Token, request: ApiRequest, signal: AbortSignal | undefined): Promise<Reply> {
    const reply = await exchange({ ...request, credential: used.credential }, signal);
    const { status } = reply.answer;
    if (status < 500 && status !== 401) used.hasWorked = true;
    return reply;
  }

  return async (request, signal) => {
    const first = await waitFor(() => current ?? start(false), request.purpose, signal);
    const reply = await sendWith(first, request, signal);
    if (reply.answer.status !== 401) return reply;
    // A refused credential means that the call did not happen, so even a call that must not happen twice may be sent again.
    const second = renewed(first);
    return second ? sendWith(await waitFor(() => second, request.purpose, signal), request, signal) : reply;
  };
}

/** Logs in, and goes to the wanted project. Both may be repeated: neither leaves anything behind. */
async function logIn({ email, password, projectId }: Login, exchange: Exchange): Promise<CredentialHeader> {
  const loginReply = await exchange(
    {
      method: "POST",
      path: "/v1/auth/login",
      body: { email, password: password.reveal() },
      secrets: [password],
      purpose: "log in",
    },
    undefined,
  );
  const session = readReply(loginReply, reader(loginBody));
  const credential = tokenHeader(new Secret(session.access_token));
  if (projectId === undefined || session.active_project?.id === projectId) return credential;
  const switchReply = await exchange(
    {
      method: "POST",
      path: "/v1/projects/switch",
      body: { project_id: projectId },
      credential,
      purpose: `act in the project ${projectId}`,
    },
    undefined,
  );
  return tokenHeader(new Secret(readReply(switchReply, reader(switchProjectBody)).access_token));
}

/**
 * Tokens of logged-in people: signed, bound to one project, with an expiry.
 *
 * They have the form of a JWT with HMAC-SHA256. The signing secret lives in memory only, so a restart ends every session.
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import type { Instant } from "../model/instant";

/** Whose token it is, and for which project. */
export interface Session {
  readonly userId: string;
  readonly projectId: string;
}

const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url");
const claims = z.object({ sub: z.string(), project: z.string(), exp: z.number() });

/** Issues and checks tokens. */
export class SessionTokens {
  readonly #secret = randomBytes(32);

  /** A token that is good for so many seconds from `now`. */
  issue(session: Session, now: Instant, lifetimeSeconds: number): string {
    const nowSeconds = Math.floor(now.epochMs / 1000);
    const payload = {
      sub: session.userId,
      project: session.projectId,
      iat: nowSeconds,
      exp: nowSeconds + lifetimeSeconds,
      jti: randomUUID(),
    };
    const signed = `${header}.${Buffer.from(JSON.stringify(payload)).toString("base64url")}`;
    return `${signed}.${this.#sign(signed).toString("base64url")}`;
  }

  /** The session of a token; undefined if it is forged, expired or no token at all. */
  trySession(token: string, now: Instant): Session | undefined {
    const end = token.lastIndexOf(".");
    const signed = token.slice(0, Math.max(end, 0));
    const signature = Buffer.from(token.slice(end + 1), "base64url");
    const expected = this.#sign(signed);
    if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
    // Nobody else can sign, so the payload is one that was issued here.
    const payload = claims.parse(JSON.parse(Buffer.from(signed.slice(header.length + 1), "base64url").toString()));
    if (now.epochMs >= payload.exp * 1000) return undefined;
    return { userId: payload.sub, projectId: payload.project };
  }

  #sign(text: string): Buffer {
    return createHmac("sha256", this.#secret).update(text).digest();
  }
}

/** Whether a bearer credential has the form of a token rather than of a key. */
export function looksLikeToken(credential: string): boolean {
  return /^ey[\w-]+\.[\w-]+\.[\w-]+$/.test(credential);
}

/**
 * Makes the certificate with which this process proves to the host that it is the process which the host started.
 *
 * It lives in memory only, for one run. The host trusts exactly this certificate and connects to "localhost", so it is
 * its own authority and bears that name. The curve is P-256: builds of Go in FIPS mode refuse others.
 */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import {
  derBitString,
  derInteger,
  derNamedBits,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTagged,
  derTaggedText,
  derTime,
  derTrue,
  derUtf8String,
} from "./der";

export interface SelfSignedCertificate {
  readonly certificateDer: Buffer;
  readonly privateKey: KeyObject;
}

/** The clocks of two processes on one machine agree, but a clock may be set back a little between two readings. */
const validBeforeNowMs = 30 * 1000;
/** No run is as long as this; a short life would only add a way to fail. */
const validAfterNowMs = 30 * 365 * 24 * 60 * 60 * 1000;

/** @param now when the certificate is made; it is valid from 30 seconds before to about 30 years after */
export function makeSelfSignedCertificate(now: Date): SelfSignedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = derSequence(derObjectIdentifier("1.2.840.10045.4.3.2"));
  const name = derSequence(
    derSet(derSequence(derObjectIdentifier("2.5.4.10"), derUtf8String("Terraform provider"))),
    derSet(derSequence(derObjectIdentifier("2.5.4.3"), derUtf8String("localhost"))),
  );
  const version3 = derTagged(0, derInteger(Buffer.from([2])));
  const certificate = derSequence(
    version3,
    derInteger(randomBytes(16)),
    ecdsaWithSha256,
    name, // issuer: itself
    derSequence(
      derTime(new Date(now.getTime() - validBeforeNowMs)),
      derTime(new Date(now.getTime() + validAfterNowMs)),
    ),
    name, // subject
    publicKey.export({ type: "spki", format: "der" }),
    derTagged(3, derSequence(...extensions())),
  );
  const signature = sign("sha256", certificate, privateKey);
  return { certificateDer: derSequence(certificate, ecdsaWithSha256, derBitString(signature)), privateKey };
}

/** Go accepts it as a root only as an authority that may sign, and as a server only by its alternative name. */
function extensions(): Buffer[] {
  const digitalSignature = 0;
  const keyCertSign = 5;
  const dnsName = 2;
  const critical = derTrue();
  return [
    derSequence(derObjectIdentifier("2.5.29.19"), critical, derOctetString(derSequence(derTrue()))),
    derSequence(
      derObjectIdentifier("2.5.29.15"),
      critical,
      derOctetString(derNamedBits(digitalSignature, keyCertSign)),
    ),
    derSequence(
      derObjectIdentifier("2.5.29.37"),
      derOctetString(derSequence(derObjectIdentifier("1.3.6.1.5.5.7.3.1"), derObjectIdentifier("1.3.6.1.5.5.7.3.2"))),
    ),
    derSequence(derObjectIdentifier("2.5.29.17"), derOctetString(derSequence(derTaggedText(dnsName, "localhost")))),
  ];
}

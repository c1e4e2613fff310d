/**
 * Makes the kind of certificate that a go-plugin host shows: self-signed, its own authority, on the curve P-521.
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
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
} from "../../src/plugin/tls/der";

export interface PemPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** @param issuer the certificate that signs it, if not itself; it then has another name than its issuer */
export function makeClientCertificate(issuer?: PemPair): PemPair {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-521" });
  const ecdsaWithSha512 = derSequence(derObjectIdentifier("1.2.840.10045.4.3.4"));
  const nameOf = (commonName: string): Buffer =>
    derSequence(
      derSet(derSequence(derObjectIdentifier("2.5.4.10"), derUtf8String("HashiCorp"))),
      derSet(derSequence(derObjectIdentifier("2.5.4.3"), derUtf8String(commonName))),
    );
  const extensions = derSequence(
    // digitalSignature, keyEncipherment, keyAgreement, keyCertSign
    derSequence(derObjectIdentifier("2.5.29.15"), derTrue(), derOctetString(derNamedBits(0, 2, 4, 5))),
    derSequence(
      derObjectIdentifier("2.5.29.37"),
      derOctetString(derSequence(derObjectIdentifier("1.3.6.1.5.5.7.3.2"), derObjectIdentifier("1.3.6.1.5.5.7.3.1"))),
    ),
    derSequence(derObjectIdentifier("2.5.29.19"), derTrue(), derOctetString(derSequence(derTrue()))),
    derSequence(derObjectIdentifier("2.5.29.17"), derOctetString(derSequence(derTaggedText(2, "localhost")))),
  );
  const hourMs = 60 * 60 * 1000;
  const body = derSequence(
    derTagged(0, derInteger(Buffer.from([2]))),
    derInteger(randomBytes(16)),
    ecdsaWithSha512,
    nameOf("localhost"),
    derSequence(derTime(new Date(Date.now() - hourMs)), derTime(new Date(Date.now() + hourMs))),
    nameOf(issuer ? "issued" : "localhost"),
    publicKey.export({ type: "spki", format: "der" }),
    derTagged(3, extensions),
  );
  const der = derSequence(body, ecdsaWithSha512, derBitString(sign("sha512", body, issuer?.privateKey ?? privateKey)));
  return {
    certificate: pem("CERTIFICATE", der),
    privateKey: privateKey.export({ type: "sec1", format: "pem" }).toString(),
  };
}

export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

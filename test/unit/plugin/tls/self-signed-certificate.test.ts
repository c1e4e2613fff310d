import { createPublicKey, X509Certificate } from "node:crypto";
import { makeSelfSignedCertificate } from "../../../../src/plugin/tls/self-signed-certificate";

const { certificateDer, privateKey } = makeSelfSignedCertificate(new Date("2026-03-01T12:00:00.500Z"));
const certificate = new X509Certificate(certificateDer);

test("it is signed by its own key and names itself as issuer", () => {
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect(certificate.issuer).toBe(certificate.subject);
});

test("the private key belongs to it", () => {
  const publicPart = createPublicKey(privateKey.export({ type: "pkcs8", format: "pem" }));

  expect(publicPart.equals(certificate.publicKey)).toBe(true);
});

test("it is an authority, which is what Go wants of a trusted root", () => {
  expect(certificate.ca).toBe(true);
});

test("its key is on the curve P-256", () => {
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
});

test("it is for localhost, by its alternative name", () => {
  expect(certificate.subjectAltName).toBe("DNS:localhost");
  expect(certificate.checkHost("localhost", { subject: "never" })).toBe("localhost");
});

test("it may be used by servers and by clients", () => {
  expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
});

test.each([
  ["before the clock of the host", 2026, "Mar  1 11:59:30 2026 GMT", "Feb 22 12:00:00 2056 GMT"],
  ["with an end that still has a two-digit year", 2019, "Mar  1 11:59:30 2019 GMT", "Feb 21 12:00:00 2049 GMT"],
])("it is valid for about 30 years from 30 seconds ago, %s", (_name, year, from, to) => {
  const made = new X509Certificate(makeSelfSignedCertificate(new Date(Date.UTC(year, 2, 1, 12))).certificateDer);

  expect([made.validFrom, made.validTo]).toEqual([from, to]);
});

test("no two have the same serial number or key", () => {
  const other = new X509Certificate(makeSelfSignedCertificate(new Date("2026-03-01T12:00:00Z")).certificateDer);

  expect(other.serialNumber).not.toBe(certificate.serialNumber);
  expect(other.publicKey.equals(certificate.publicKey)).toBe(false);
});

import { formatHandshakeLine } from "../../../../src/plugin/handshake/handshake-line";

const unixEndpoint = { network: "unix", address: "/tmp/a/socket" } as const;
// One byte over a multiple of three, which base64 would pad with two signs.
const certificateDer = Buffer.from([0xfb, 0xff, 0xfe, 0x01]);

test.each([
  [
    "with TLS",
    { endpoint: unixEndpoint, certificateDer, knowsMultiplexing: false },
    "1|6|unix|/tmp/a/socket|grpc|+//+AQ\n",
  ],
  [
    "without TLS",
    { endpoint: { network: "tcp", address: "127.0.0.1:10000" }, certificateDer: undefined, knowsMultiplexing: false },
    "1|6|tcp|127.0.0.1:10000|grpc|\n",
  ],
  [
    "for a host that knows multiplexing",
    { endpoint: unixEndpoint, certificateDer, knowsMultiplexing: true },
    "1|6|unix|/tmp/a/socket|grpc|+//+AQ|false\n",
  ],
] as const)("the line %s", (_name, answer, line) => {
  expect(formatHandshakeLine(answer)).toBe(line);
});

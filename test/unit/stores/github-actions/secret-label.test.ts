import { Instant } from "../../../../src/model/instant";
import {
  judgeSecret,
  labelText,
  parseLabel,
  type SecretLabel,
} from "../../../../src/stores/github-actions/secret-label";

const heldAt = "2026-03-01T12:00:00Z";
const held = { keyId: "k1", predecessorId: "k0", updatedAt: heldAt };
const coming = { keyId: "k2", since: Instant.parse("2026-03-01T13:00:00Z") };
const ours: SecretLabel = { keyName: "scheduler-prod", held };
const announced: SecretLabel = { ...ours, coming };
const first: SecretLabel = { keyName: "scheduler-prod", coming };
const others: SecretLabel = { ...announced, keyName: "billing-prod" };

describe("a label", () => {
  test.each<[string, SecretLabel]>([
    ["of a key that is there", ours],
    ["of the first one", { ...ours, held: { ...held, predecessorId: undefined } }],
    ["that announces", announced],
    ["that announces the first one", first],
  ])("%s is read as it was written", (_name, label) => {
    expect(parseLabel(labelText(label))).toEqual({ held: undefined, coming: undefined, ...label });
  });

  test.each([
    "",
    "theirs",
    "{}",
    "null",
    '{"keyturn":2,"name":"a-b"}',
    '{"keyturn":1}',
    '{"keyturn":1,"name":"a-b","held":{}}',
  ])("is not %j", (text) => {
    expect(parseLabel(text)).toBeUndefined();
  });
});

describe("a secret", () => {
  test.each<[string, string | undefined, SecretLabel | string | undefined, object]>([
    ["is none without secret and label", undefined, undefined, { kind: "none" }],
    ["is none where only its label is left", undefined, ours, { kind: "none" }],
    ["is none while the first one is coming", undefined, first, { kind: "none", arriving: coming }],
    ["is ours at the time that its label says", heldAt, ours, { kind: "ours", held, isRecorded: true }],
    [
      "is the old one until another one comes",
      heldAt,
      announced,
      { kind: "ours", held, isRecorded: true, arriving: coming },
    ],
    [
      "is the announced one where it was changed at that time",
      "2026-03-01T13:00:01Z",
      announced,
      {
        kind: "ours",
        held: { keyId: "k2", predecessorId: "k1", updatedAt: "2026-03-01T13:00:01Z" },
        isRecorded: false,
      },
    ],
    [
      "is the announced one also where a clock of GitHub is behind",
      "2026-03-01T12:59:31Z",
      announced,
      {
        kind: "ours",
        held: { keyId: "k2", predecessorId: "k1", updatedAt: "2026-03-01T12:59:31Z" },
        isRecorded: false,
      },
    ],
    [
      "is the first announced one",
      "2026-03-01T13:05:00Z",
      first,
      {
        kind: "ours",
        held: { keyId: "k2", predecessorId: undefined, updatedAt: "2026-03-01T13:05:00Z" },
        isRecorded: false,
      },
    ],
    [
      "is foreign without a label",
      heldAt,
      undefined,
      { kind: "foreign", what: "a secret that has no label of keyturn" },
    ],
    [
      "is foreign with something else for a label",
      heldAt,
      "theirs",
      { kind: "foreign", what: "a secret whose variable for the label holds something else" },
    ],
    [
      "is foreign where it was changed since",
      "2026-03-01T12:00:01Z",
      ours,
      { kind: "foreign", what: "a secret that somebody else has changed at 2026-03-01T12:00:01Z" },
    ],
    [
      "is foreign where it was changed long after it was announced",
      "2026-03-01T13:05:01Z",
      announced,
      { kind: "foreign", what: "a secret that somebody else has changed at 2026-03-01T13:05:01Z" },
    ],
    [
      "is foreign where it was changed before it was announced",
      "2026-03-01T12:59:29Z",
      announced,
      { kind: "foreign", what: "a secret that somebody else has changed at 2026-03-01T12:59:29Z" },
    ],
    [
      "is foreign with the label of another key",
      heldAt,
      others,
      { kind: "foreign", what: "the secret of the key billing-prod" },
    ],
    [
      "is foreign while another key's is coming",
      undefined,
      others,
      { kind: "foreign", what: "the secret of the key billing-prod" },
    ],
    [
      "is none where only another key's label is left",
      undefined,
      { ...ours, keyName: "billing-prod" },
      { kind: "none" },
    ],
  ])("%s", (_name, updatedAt, label, found) => {
    const variable = typeof label === "object" ? labelText(label) : label;
    expect(judgeSecret(updatedAt, { keyName: "scheduler-prod", variable })).toEqual(found);
  });
});

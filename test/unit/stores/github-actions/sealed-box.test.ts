/**
 * Sealed boxes against those of libsodium. The vectors were made with libsodium-wrappers 0.8.4, with seeds of 32 equal bytes:
 *
 *   pair(byte) = crypto_box_seed_keypair(new Uint8Array(32).fill(byte)); recipient = pair(1); fresh = pair(2)
 *   nonce = crypto_generichash(24, fresh.publicKey || recipient.publicKey)
 *   exact = fresh.publicKey || crypto_box_easy(text, nonce, recipient.publicKey, fresh.privateKey)
 *   sealed = crypto_box_seal(text, recipient.publicKey)
 *
 * `crypto_box_seal_open` of libsodium has opened each `exact` before it was written down here.
 */
import { Secret } from "../../../../src/model/secret";
import { seal } from "../../../../src/stores/github-actions/sealed-box";
import { openSealedBox } from "../../../support/open-sealed-box";

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const publicKey = fromHex("1b1b58dd50ea14b60da17b790cd02754d970c9bab864ebb3c0f3016fe51d3f57");
const privateKey = fromHex("5ce86efb75fa4e2c410f46e16de9f6acae1a1703528651b69bc176c088bef3ee");
const freshKey = "aa3c626bc9c38c8c201878ebb1d5b0b50ac40e8986c78793db1d4ef369fca1ce";

const vectors: readonly (readonly [name: string, text: string, exact: string, sealed: string])[] = [
  [
    "nothing",
    "",
    "60346e7c911a5f6ba154129174cafe75b294ac3bbd5549632f48cec6266f841060dfe3eeccf10c0ad9faebee83761adf",
    "2c3e74631ad853d12b1e8763a31c33b6fdd93c2171523d3d1227128981e6375f9344cf64d012c9a45e252e4ea778f51e",
  ],
  [
    "a secret",
    "pbk_live_k1_Zk3vQ9xT7mB1nR5wY8cL",
    "60346e7c911a5f6ba154129174cafe75b294ac3bbd5549632f48cec6266f8410491395a497542bf8ffc2ceef61eacb41846464ce5faf8882441946cf1c7022237cbf89eb1aaa06ac6e8dabf670c1127a",
    "2e6306f861d5c726f73a9f75a3584026cf946ad2bad33fa335d3a513d8f6d951f07d303338f674887fc2aa99131709d2437e6af6690c9217282ed267ca0dc0d07aa57e267a4c897a987ed0678b1b090c",
  ],
  [
    "more than one block, beyond ASCII",
    "ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑ä🔑",
    "60346e7c911a5f6ba154129174cafe75b294ac3bbd5549632f48cec6266f8410c82caadbedc9b0a66276619029de182237a2ff0ea7573d43ebede30185bfe1cab917321bdd58d00cc37b6e1ebd68b2923ab7bd4b9e5c069cb791d5d63c6fe7cc2724400982247fabf32331ddc8fc29c41d6955810879ad6e8fc65ff3a7e26eae2094f2440e8e0cad17d97e216f265d02fbbcfead5ebb5f58376b4f0029f00bc68b0581a7ec0ba141",
    "55121df9131024140601c9d2fbb93f019a11183bb7ac6e0308631a73bef38a1856564f77a5d68ea389faeaf570d8a01fda275026bea8952f16e3c71a062a8bf39c93455d006624cb607e265a39e939d00d99c5c58591b7a11cb9a71f96ffcf4dbf283b3d45627f1245ef7c968cb8a1da6002cf97c32043e7eb4a2e28e246dd03cfece3b3ebbe4fed57eacae0ed0c92b259178dea79e80d4ff9daf910dfc960be96b3822dd25dcb02",
  ],
];

describe("a sealed box", () => {
  test.each(vectors)("is that of libsodium, byte for byte, with %s in it", async (_name, text, exact) => {
    const box = await seal(new Secret(text), publicKey, { ephemeralKey: fromHex(freshKey) });
    expect(Buffer.from(box).toString("hex")).toBe(exact);
  });

  test.each(vectors)(
    "that libsodium has sealed is opened in the tests, with %s in it",
    async (_name, text, _exact, sealed) => {
      expect(await openSealedBox(fromHex(sealed), privateKey)).toBe(text);
    },
  );

  test("is another one each time, and opens", async () => {
    const boxes = await Promise.all([1, 2].map(() => seal(new Secret("pb_live_1"), publicKey)));
    expect(boxes[0]).not.toEqual(boxes[1]);
    for (const box of boxes) expect(await openSealedBox(box, privateKey)).toBe("pb_live_1");
  });

  test("does not open when a byte of it was changed, or for somebody else", async () => {
    const box = await seal(new Secret("pb_live_1"), publicKey);
    const changed = box.with(50, (box[50] ?? 0) ^ 1);
    await expect(openSealedBox(changed, privateKey)).rejects.toThrow("invalid tag");
    await expect(openSealedBox(box, fromHex(freshKey.replace(/^../, "08")))).rejects.toThrow("invalid tag");
  });

  test.each<[string, Uint8Array]>([
    ["too short a public key", new Uint8Array(31).fill(9)],
    ["a public key that gives every secret away", new Uint8Array(32)],
  ])("is not made for %s", async (_name, key) => {
    await expect(seal(new Secret("pb_live_1"), key)).rejects.toThrow();
  });
});

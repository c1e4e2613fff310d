import { readBatch } from "../../../src/scan/git-objects";

const id = (digit: string): string => digit.repeat(40);
const output = `${id("a")} blob 5\nab\ncd\n${id("b")} tree 0\n\n${id("c")} commit 3\nend\n`;

/** The objects in what git prints, when it comes in parts of that length. */
async function objects(text: string, partLength: number): Promise<readonly string[]> {
  async function* parts(): AsyncGenerator<Buffer> {
    for (let at = 0; at < text.length; at += partLength) yield Buffer.from(text.slice(at, at + partLength));
  }
  const found: string[] = [];
  let content = "";
  for await (const { objectId, part, isLast } of readBatch(parts())) {
    content += part.toString();
    if (!isLast) continue;
    found.push(`${objectId.charAt(0)}:${content}`);
    content = "";
  }
  return found;
}

describe("what git prints of its objects", () => {
  test.each([1, 2, 3, 7, 41, 50, 1_000])("is taken apart when it comes in parts of %s bytes", async (partLength) => {
    expect(await objects(output, partLength)).toEqual(["a:ab\ncd", "b:", "c:end"]);
  });

  test.each<[string, string, RegExp]>([
    ["an object that is missing", `${id("a")} missing\n`, /an object is missing/],
    ["another language", "fatal: no\n", /answers in an unknown way/],
    ["a line without end", "x".repeat(300), /answers in an unknown way/],
    ["an end within an object", `${id("a")} blob 5\nab`, /ended in the middle of an object/],
    ["an end before the last line break", `${id("a")} blob 2\nab`, /ended in the middle of an object/],
  ])("is refused with %s", async (_name, text, message) => {
    await expect(objects(text, 10)).rejects.toThrow(message);
  });
});

/**
 * A program: runs one proof until the first seed that fails, and prints that as JSON.
 *
 *     node --import tsx hunt.ts NAME FIRST COUNT
 */

import type { Proof } from "./proof.ts";

const [name = "", first, count] = process.argv.slice(2);
const { [name]: proof } = (await import(`./${name}.ts`)) as Record<string, Proof>;
if (proof === undefined) throw new Error(`${name}.ts has no proof ${name}`);

const { found, seeds } = await hunt(proof, Number(first), Number(count));
process.stdout.write(`${JSON.stringify({ seeds, found })}\n`);

async function hunt(proof: Proof, first: number, count: number) {
  for (let seed = first; seed < first + count; seed += 1) {
    try {
      await proof.run(seed, { shrink: false });
    } catch (error) {
      return {
        seeds: seed - first + 1,
        found: error instanceof Error ? error.message : `${error}`,
      };
    }
  }
  return { seeds: count, found: undefined };
}

// JSONata's reference implementation for the tests in Python: a line of JSON with an expression and its variables comes
// in, a line with what it gives goes out.
import { createInterface } from "node:readline";

import jsonata from "jsonata";

async function answer({ text, variables }) {
  let value;
  try {
    value = await jsonata(text).evaluate(undefined, variables);
  } catch (error) {
    return { error: error.code ?? String(error) };
  }
  if (value === undefined) return { undefined: true };
  const special = value?._jsonata_lambda || value?._jsonata_function || typeof value === "function";
  return special || (typeof value === "number" && !Number.isFinite(value)) ? { unsupported: true } : { value };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}

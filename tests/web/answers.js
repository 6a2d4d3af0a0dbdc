/**
 * Answer requests for frames with Pyodide, in one of the two ways in which a page starts it.
 *
 *     node answers.js <static folder> plain|snapshot <hash seed>
 *
 * Reads a JSON list of requests from the standard input, writes the JSON list of answers to the standard output.
 */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { boot } from "../../kumo/web/worker.js";

const [folder, start, seed] = process.argv.slice(2);
const at = (name) => resolve(folder, name);
const { loadPyodide } = await import(pathToFileURL(at("pyodide/pyodide.mjs")));
const indexURL = at("pyodide/");
const env = { PYTHONHASHSEED: seed };

async function compute() {
  if (start === "snapshot") {
    const snapshot = gunzipSync(readFileSync(at("kumo.snapshot.gz")));
    return (await boot(loadPyodide, { indexURL, env, _loadSnapshot: snapshot })).globals.get("frame_json");
  }
  const pyodide = await loadPyodide({ indexURL, env });
  pyodide.unpackArchive(new Uint8Array(readFileSync(at("kumo.zip"))), "zip", { extractDir: "/lib/kumo" });
  pyodide.runPython('import sys; sys.path.insert(0, "/lib/kumo")');
  return pyodide.pyimport("kumo").frame_json;
}

const requests = JSON.parse(readFileSync(0, "utf8"));
const frameJson = await compute();
process.stdout.write(JSON.stringify(requests.map((request) => frameJson(request))), () => process.exit(0));

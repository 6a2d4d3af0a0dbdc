/**
 * Make the memory snapshot from which the published pages start Python, and check it.
 *
 *     node publishing/snapshot.mjs <static directory>
 *
 * The directory holds `pyodide/` (files of the npm package) and `kumo.zip` (the package and what it imports).
 * Written there: `kumo.snapshot.gz`, the memory of an interpreter that has imported every explorer; and
 * `pyodide/pyodide-lock.json` is cut down to what a start needs, because pages install no packages.
 *
 * The snapshot is most of what a reader downloads, so it is made small: the interpreter that it is taken from keeps no
 * docstrings and no columns of tracebacks (a page shows neither), what is free in its memory is zero, and the static
 * data, which comes with the WebAssembly, is taken out of it.
 *
 * The snapshot is restored here as the page's worker restores it (by its code, without the standard library's
 * archive) and must give the same answers as the interpreter that it was taken from. Where that fails, the snapshot is left
 * out with a warning and pages boot plainly: slower, but right. Exit status 1 means that even that does not work.
 */

import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { boot, exclude } from "../kumo/web/worker.js";

/** An archive with nothing in it, as in kumo/web/worker.js. */
const NO_LIBRARY = Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64");

/**
 * Every explorer with its defaults, with every sample of its parameters (several at a time: the check is part of each
 * build of the site), and with a parameter that it does not have.
 */
const REQUESTS = `
import json
import kumo
from kumo import frame_json
def requests():
    for explorer in kumo.explorers():
        yield {"explorer": explorer.id(), "parameters": {}}
        yield {"explorer": explorer.id(), "parameters": {"": ""}}
        samples = {name: parameter.samples() for name, parameter in explorer.declared.items()}
        for row in range(max(map(len, samples.values()), default=0)):
            chosen = {name: values[row % len(values)] for name, values in samples.items()}
            yield {"explorer": explorer.id(), "parameters": chosen}
json.dumps([json.dumps(request) for request in requests()])
`;

/** What Python's own switches leave out of memory: docstrings and assertions, and columns of tracebacks. */
const LEAN = { PYTHONOPTIMIZE: "2", PYTHONNODEBUGRANGES: "1" };

/** Bytes of the largest and the smallest piece in which free memory is looked for. */
const PIECES = [65_536, 16];

const directory = process.argv[2];
if (!directory) {
  console.error("usage: node publishing/snapshot.mjs <static directory>");
  process.exit(2);
}
const at = (name) => resolve(directory, name);
const target = at("kumo.snapshot.gz");

function giveUp(reason) {
  rmSync(target, { force: true });
  console.warn(`warning: no snapshot, pages will boot Python plainly: ${reason}`);
  process.exit(0);
}

trimLock(at("pyodide/pyodide-lock.json"));
const { loadPyodide } = await import(pathToFileURL(at("pyodide/pyodide.mjs")));
const indexURL = at("pyodide/");

let original;
let atStart;
const answers = [];
try {
  original = await boot(loadPyodide, { indexURL, env: LEAN, _makeSnapshot: true }, (memory) => {
    atStart = { buffer: memory.buffer.slice(0) };
  });
  original.unpackArchive(new Uint8Array(readFileSync(at("kumo.zip"))), "zip", { extractDir: "/lib/kumo" });
  original.runPython('import sys; sys.path.insert(0, "/lib/kumo")');
  const requests = JSON.parse(original.runPython(REQUESTS));
  // With every answer given once, what is imported late or built on first use is in memory too.
  const compute = original.globals.get("frame_json");
  for (const request of requests) answers.push([request, compute(request)]);
  compute.destroy();
  original.runPython("import gc; del requests; gc.collect()");
} catch (error) {
  console.error(`error: Python does not start with this kumo.zip: ${lastLine(error)}`);
  process.exit(1);
}

let snapshot;
try {
  clearFree(original._module);
  snapshot = original.makeMemorySnapshot();
  exclude(snapshot, atStart);
} catch (error) {
  giveUp(lastLine(error));
}

try {
  const restored = await boot(loadPyodide, { indexURL, stdLibURL: emptyArchive(), _loadSnapshot: snapshot.slice() });
  const found = restored.globals.get("frame_json");
  for (const [request, right] of answers) {
    const got = found(request);
    if (!/^\{"(frame|error":\{"kind":"parameter)"/.test(right)) throw new Error(`${request} gives ${right.slice(0, 300)}`);
    if (got !== right) throw new Error(`${request} gives something else after the restore: ${got.slice(0, 300)}`);
  }
} catch (error) {
  giveUp(lastLine(error));
}

writeFileSync(target, gzipSync(snapshot, { level: 9 }));
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
console.log(
  `kumo.snapshot.gz: ${megabytes(statSync(target).size)} (memory ${megabytes(snapshot.length)}), ` +
    `${answers.length} frames the same after the restore`,
);
// The interpreters keep the process alive otherwise.
process.exit(0);

/**
 * Overwrite what is free in the memory with zeros: it is full of what was there before, which would be saved too.
 *
 * It is taken piece by piece, large ones first, up to where the memory has been used at all; beyond, it is zero, and
 * taking it would make the memory grow. Then everything is given back.
 */
function clearFree(module) {
  const used = module.HEAPU8.findLastIndex((byte) => byte !== 0);
  const [largest, smallest] = PIECES;
  const taken = [];
  for (let size = largest; size >= smallest; size /= 2) {
    let piece = module._malloc(size);
    for (; piece && piece < used - size; piece = module._malloc(size)) {
      module.HEAPU8.fill(0, piece, piece + size);
      taken.push(piece);
    }
    if (piece) module._free(piece);
  }
  for (const piece of taken) module._free(piece);
}

function trimLock(path) {
  const lock = JSON.parse(readFileSync(path, "utf8"));
  if (Object.keys(lock.packages).length > 0) writeFileSync(path, JSON.stringify({ ...lock, packages: {} }));
}

function emptyArchive() {
  // Node reads the library from a path; the file is taken into memory at once.
  const path = at(".no-library.zip");
  writeFileSync(path, NO_LIBRARY);
  process.on("exit", () => rmSync(path, { force: true }));
  return path;
}

function lastLine(error) {
  return String(error.message ?? error).trim().split("\n").at(-1);
}

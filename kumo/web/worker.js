/**
 * The page's Python: one module worker that answers one kind of question.
 *
 * In:  a request for `kumo.frame_json`, as text.
 * Out: {type: "ready", start, …milliseconds}, {type: "failed", reason, fetching}, and for each request
 *      {type: "answer", answer}. If an answer needs a new interpreter first, {type: "starting-over"} and
 *      {type: "running"} come before it, so that the page can stop and restart its time limit.
 *
 * It starts from a memory snapshot that holds an interpreter with the package already imported (made by
 * publishing/snapshot.mjs). That relies on a private part of Pyodide, so it is an accelerator only: when
 * anything about it fails, Pyodide boots plainly and imports the package from its archive.
 */

const HERE = new URL(import.meta.url);
const FORCED = HERE.searchParams.get("start") === "plain";
HERE.searchParams.delete("start");

const beside = (name) => new URL(name + HERE.search, HERE).href;
const PYODIDE = new URL("pyodide/", HERE).href;

/** An archive with nothing in it: a restored interpreter has its modules in memory and reads no library. */
const NO_LIBRARY = "data:application/zip;base64,UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==";

const PAGE = 65_536; // bytes, WebAssembly's unit of memory

/** Bytes at the beginning of the memory in which Pyodide's static data lies (3.3 MB). */
const STATIC_DATA = 4_194_304;

class FetchError extends Error {}

/**
 * Load Pyodide, with two things done that it does not do itself.
 *
 * It fails where Pyodide would only log and wait forever: when its WebAssembly cannot be had. (A server that gives
 * the file another type than application/wasm costs the streaming, not the start.) And before a snapshot is put
 * back, it completes that and gives the memory its size; Pyodide can restore only what fits into its initial memory.
 *
 * `fresh` is shown the memory at the moment when nothing but the static data of the WebAssembly is in it.
 *
 * Also used by publishing/snapshot.mjs, so that the check of a snapshot is a check of this.
 */
export async function boot(loadPyodide, options, fresh = () => {}) {
  const { instantiate, instantiateStreaming } = WebAssembly;
  const missing = new Promise((_, reject) => {
    const watched = (compile) =>
      async function watch(source, imports) {
        // Pyodide also makes a small helper, without imports.
        if (!imports) return compile(source);
        try {
          const result = await compile(source, imports);
          const { memory } = result.instance.exports;
          fresh(memory);
          const snapshot = await options._loadSnapshot;
          if (snapshot) prepare(snapshot, memory);
          return result;
        } catch (error) {
          reject(new FetchError(`pyodide.asm.wasm: ${error.message}`));
          throw error;
        }
      };
    WebAssembly.instantiate = watched((...given) => instantiate.apply(WebAssembly, given));
    WebAssembly.instantiateStreaming = watched(async (source, imports) => {
      const response = await source;
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return response.headers.get("content-type")?.startsWith("application/wasm")
        ? instantiateStreaming.call(WebAssembly, response, imports)
        : instantiate.call(WebAssembly, await response.arrayBuffer(), imports);
    });
  });
  try {
    return await Promise.race([loadPyodide(options), missing]);
  } finally {
    Object.assign(WebAssembly, { instantiate, instantiateStreaming });
  }
}

/** The bytes of the memory in a snapshot; Pyodide's header, which tells its own length, comes before them. */
const memoryIn = (snapshot) => snapshot.subarray(new DataView(snapshot.buffer, snapshot.byteOffset).getUint32(4, true));

/**
 * Take the static data of a fresh memory out of a snapshot, or put it back: the same step does both.
 *
 * That data comes with pyodide.asm.wasm anyway. What has not changed since the start becomes zero, which gzip makes
 * nothing of, so that it is not transferred twice.
 */
export function exclude(snapshot, memory) {
  const saved = memoryIn(snapshot);
  const words = Math.min(STATIC_DATA, memory.buffer.byteLength, saved.length) / 4;
  // By words, because this runs once, before it could be compiled.
  const target = new Uint32Array(saved.buffer, saved.byteOffset, words);
  const there = new Uint32Array(memory.buffer, 0, words);
  for (let at = 0; at < words; at++) target[at] ^= there[at];
}

function prepare(snapshot, memory) {
  exclude(snapshot, memory);
  const short = memoryIn(snapshot).length - memory.buffer.byteLength;
  if (short > 0) memory.grow(Math.ceil(short / PAGE));
}

async function get(name) {
  let response;
  try {
    response = await fetch(beside(name));
  } catch (error) {
    throw new FetchError(`${name}: ${error.message}`);
  }
  if (!response.ok) throw new FetchError(`${name}: HTTP ${response.status}`);
  return response;
}

async function loader() {
  try {
    return (await import(`${PYODIDE}pyodide.mjs`)).loadPyodide;
  } catch (error) {
    throw new FetchError(`pyodide.mjs: ${error.message}`);
  }
}

/** The bytes of a gzip stream; servers that unpack .gz files on the way give the plain bytes, which pass as they are. */
async function gunzip(response) {
  const reader = response.body.getReader();
  const first = await reader.read();
  const packed = first.value?.[0] === 0x1f && first.value?.[1] === 0x8b;
  const whole = new ReadableStream({
    start: (controller) => (first.done ? controller.close() : controller.enqueue(first.value)),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const plain = packed ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

async function startFromSnapshot() {
  const began = performance.now();
  // Everything is fetched side by side.
  const load = loader();
  let there = began;
  const snapshot = get("kumo.snapshot.gz")
    .then(gunzip)
    .then((bytes) => {
      there = performance.now();
      return bytes;
    });
  snapshot.catch(() => {});
  const options = { indexURL: PYODIDE, stdLibURL: NO_LIBRARY, _loadSnapshot: snapshot };
  const pyodide = await boot(await load, options);
  const compute = pyodide.globals.get("frame_json");
  return { compute, start: "snapshot", fetched: there - began, restored: performance.now() - there };
}

async function startPlainly() {
  const began = performance.now();
  const archive = get("kumo.zip").then((response) => response.arrayBuffer());
  archive.catch(() => {});
  const pyodide = await boot(await loader(), { indexURL: PYODIDE });
  const booted = performance.now();
  pyodide.unpackArchive(await archive, "zip", { extractDir: "/lib/kumo" });
  pyodide.runPython('import sys; sys.path.insert(0, "/lib/kumo")');
  const { frame_json: compute } = pyodide.pyimport("kumo");
  return { compute, start: "plain", booted: booted - began, imported: performance.now() - booted };
}

async function start() {
  if (!FORCED) {
    try {
      return await startFromSnapshot();
    } catch (error) {
      console.info(`no snapshot, booting plainly: ${error.message}`);
    }
  }
  return startPlainly();
}

/** Whether an answer may come from the snapshot lacking something: an import that it did not foresee. */
const doubtful = (answer) => /^\{"error":\{"kind":"(internal|request)"/.test(answer);

function serve() {
  let running = start();

  async function answer(request) {
    const python = await running;
    const text = python.compute(request);
    if (python.start !== "snapshot" || !doubtful(text)) return text;
    postMessage({ type: "starting-over" });
    running = startPlainly();
    const { compute } = await running;
    postMessage({ type: "running" });
    return compute(request);
  }

  const fail = (error) =>
    postMessage({
      type: "failed",
      reason: String(error.message).trim().split("\n").at(-1),
      fetching: error instanceof FetchError,
    });

  addEventListener("message", ({ data }) => {
    answer(data).then((text) => postMessage({ type: "answer", answer: text }), fail);
  });

  running.then(({ compute: _, ...report }) => postMessage({ type: "ready", ...report }), fail);
}

if (typeof WorkerGlobalScope !== "undefined" && globalThis instanceof WorkerGlobalScope) serve();

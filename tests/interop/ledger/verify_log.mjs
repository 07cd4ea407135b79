// A second verifier of the log's formats, written from the C2SP texts and RFC 6962 alone, with Node's own crypto.
// It shares no code with the Python one; tests compare what the two say.
//
//   node verify_log.mjs log FOLDER VKEY     every entry under the checkpoint, from the entry bundles
//   node verify_log.mjs proof FILE VKEY LEAFHEX   one tlog-proof
//
// Prints one line of JSON; exit code 1 when anything fails.
import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leafHash = (data) => sha256(Buffer.from([0]), data);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

// MTH of RFC 6962 §2.1, as it is written there.
function mth(leaves) {
  if (leaves.length === 0) return sha256(Buffer.alloc(0));
  if (leaves.length === 1) return leaves[0];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

// Root from an inclusion path, by the recursion of PATH (RFC 6962 §2.1.1) taken backwards.
function rootFromPath(leaf, index, size, path) {
  if (size === 1n) {
    if (path.length) throw new Error("path too long");
    return leaf;
  }
  if (!path.length) throw new Error("path too short");
  let k = 1n;
  while (k * 2n < size) k *= 2n;
  const top = path[path.length - 1];
  const rest = path.slice(0, -1);
  return index < k
    ? nodeHash(rootFromPath(leaf, index, k, rest), top)
    : nodeHash(top, rootFromPath(leaf, index - k, size - k, rest));
}

function readKey(vkey) {
  const [name, id, ...rest] = vkey.trim().split("+");
  const blob = Buffer.from(rest.join("+"), "base64");
  if (blob.length !== 33 || blob[0] !== 1) throw new Error("not an Ed25519 verifier key");
  const expected = sha256(Buffer.from(name + "\n"), blob).subarray(0, 4);
  if (expected.toString("hex") !== id) throw new Error("key id is of another key");
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), blob.subarray(1)]);
  return { name, id: expected, key: createPublicKey({ key: spki, format: "der", type: "spki" }) };
}

function openCheckpoint(note, vkey) {
  const { name, id, key } = readKey(vkey);
  const at = note.lastIndexOf("\n\n");
  const text = note.slice(0, at + 1);
  const signed = note
    .slice(at + 2)
    .split("\n")
    .filter((line) => line.startsWith(`\u2014 ${name} `))
    .map((line) => Buffer.from(line.split(" ")[2], "base64"))
    .filter((blob) => blob.subarray(0, 4).equals(id));
  if (!signed.length || !signed.every((blob) => verify(null, Buffer.from(text), key, blob.subarray(4)))) {
    throw new Error("the checkpoint is not signed by this key");
  }
  const [origin, size, root] = text.split("\n");
  if (origin !== name) throw new Error("the origin is another one");
  return { origin, size: BigInt(size), root: Buffer.from(root, "base64") };
}

function bundlePath(n, width) {
  let path = String(n % 1000).padStart(3, "0");
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  }
  return `tile/entries/${path}${width === 256 ? "" : `.p/${width}`}`;
}

function checkLog(folder, vkey) {
  const { size, root } = openCheckpoint(readFileSync(join(folder, "checkpoint"), "utf8"), vkey);
  const leaves = [];
  const types = {};
  for (let n = 0; BigInt(leaves.length) < size; n++) {
    const width = Math.min(256, Number(size) - n * 256);
    let path = join(folder, bundlePath(n, width));
    if (!existsSync(path)) path = join(folder, bundlePath(n, 256));
    const data = readFileSync(path);
    let at = 0;
    for (let i = 0; i < width; i++) {
      const end = at + 2 + data.readUInt16BE(at);
      const entry = data.subarray(at + 2, end);
      const { t } = JSON.parse(entry.toString("utf8"));
      types[t] = (types[t] ?? 0) + 1;
      leaves.push(leafHash(entry));
      at = end;
    }
  }
  if (!mth(leaves).equals(root)) throw new Error("the entries do not lead to the signed root");
  return { ok: true, size: Number(size), types };
}

function checkProof(file, vkey, leaf) {
  const text = readFileSync(file, "utf8");
  const at = text.indexOf("\n\n");
  const lines = text.slice(0, at).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("not a tlog-proof");
  if (lines[0].startsWith("extra ")) lines.shift();
  const index = BigInt(lines.shift().replace("index ", ""));
  const path = lines.map((line) => Buffer.from(line, "base64"));
  const { size, root } = openCheckpoint(text.slice(at + 2), vkey);
  if (index >= size) throw new Error("no such leaf");
  if (!rootFromPath(Buffer.from(leaf, "hex"), index, size, path).equals(root)) throw new Error("another root");
  return { ok: true, size: Number(size), index: Number(index) };
}

try {
  const [what, path, vkey, leaf] = process.argv.slice(2);
  console.log(JSON.stringify(what === "log" ? checkLog(path, vkey) : checkProof(path, vkey, leaf)));
} catch (error) {
  console.log(JSON.stringify({ ok: false, error: error.message }));
  process.exitCode = 1;
}

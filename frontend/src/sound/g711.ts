/** G.711 (ITU-T G.711) to samples between -1 and 1. No browser plays it in Media Source Extensions; a table is enough. */
function aLaw(octet: number): number {
  const code = octet ^ 0x55;
  const exponent = (code >> 4) & 7;
  const mantissa = code & 15;
  const size = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
  return code & 0x80 ? size : -size;
}

function uLaw(octet: number): number {
  const code = ~octet & 0xff;
  const size = (((code & 15) << 3) + 0x84) << ((code >> 4) & 7);
  return code & 0x80 ? 0x84 - size : size - 0x84;
}

const table = (law: (octet: number) => number) =>
  Float32Array.from({ length: 256 }, (_, n) => law(n) / 32768);
const A_LAW = table(aLaw);
const U_LAW = table(uLaw);

export function decodeG711(codec: "alaw" | "ulaw", octets: Uint8Array): Float32Array<ArrayBuffer> {
  const law = codec === "alaw" ? A_LAW : U_LAW;
  const samples = new Float32Array(octets.length);
  for (let at = 0; at < octets.length; at++) samples[at] = law[octets[at] ?? 0] ?? 0;
  return samples;
}

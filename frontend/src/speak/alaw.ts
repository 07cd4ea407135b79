/** Samples between -1 and 1 to G.711 A-law (ITU-T G.711, as G.191's `alaw_compress` does it). */
export const SILENCE = 0xd5;

export function encodeALaw(sample: number): number {
  // What is no number is silence: Math.max would hand it on.
  const linear = Math.max(-32768, Math.min(32767, Math.round((sample || 0) * 32768)));
  let code = (linear < 0 ? ~linear : linear) >> 4;
  if (code > 15) {
    let exponent = 1;
    while (code > 31) {
      code >>= 1;
      exponent++;
    }
    code += (exponent << 4) - 16;
  }
  return (linear < 0 ? code : code | 0x80) ^ 0x55;
}

export function encode(samples: Float32Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(samples, encodeALaw);
}

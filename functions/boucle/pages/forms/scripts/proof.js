// The work that a wave may ask for: a number that makes the SHA-256 of `seed + number` begin with `bits` zero bits.
// Runs beside the page, so that it stays at hand. crypto.subtle does one hash a promise, ten times slower than this.
(() => {
  "use strict";

  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((each) => n % each)) primes.push(n);
  const fraction = (root) => (root - Math.floor(root)) * 0x100000000 | 0;
  const START = primes.slice(0, 8).map((each) => fraction(Math.sqrt(each)));
  const ROUNDS = Int32Array.from(primes, (each) => fraction(Math.cbrt(each)));
  const turned = (word, by) => word >>> by | word << 32 - by;
  const w = new Int32Array(64);

  // Takes sixteen words into a state of eight.
  const mix = (state, words) => {
    w.set(words);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      w[t] = w[t - 16] + w[t - 7] + (turned(x, 7) ^ turned(x, 18) ^ x >>> 3) + (turned(y, 17) ^ turned(y, 19) ^ y >>> 10);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + (e & f ^ ~e & g) + ROUNDS[t] + w[t] | 0;
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
    }
    return [a, b, c, d, e, f, g, h].map((each, n) => each + state[n] | 0);
  };

  // Of ASCII text: every character is a byte.
  const sha256 = (text) => {
    const bytes = [...text].map((each) => each.charCodeAt(0)).concat(128);
    while (bytes.length % 64 !== 56) bytes.push(0);
    bytes.push(0, 0, 0, 0, 0, 0, text.length >>> 5, text.length << 3 & 255);
    let state = START;
    for (let at = 0; at < bytes.length; at += 64) {
      const words = [];
      for (let n = at; n < at + 64; n += 4) words.push(bytes[n] << 24 | bytes[n + 1] << 16 | bytes[n + 2] << 8 | bytes[n + 3]);
      state = mix(state, words);
    }
    return state;
  };

  const hex = (word) => (word >>> 0).toString(16).padStart(8, "0");

  self.onmessage = ({ data: { bits, about } }) => {
    const seed = sha256(about).slice(0, 4).map(hex).join("");
    let proof = 0;
    while (bits && sha256(seed + proof)[0] >>> 32 - bits) proof++;
    postMessage(String(proof));
  };
})();

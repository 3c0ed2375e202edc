/** Numbers in [0, 1), the same sequence for the same seed, so that a failure can be looked at again. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

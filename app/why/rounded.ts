// Parts as they are shown: whole units that add up to the whole as it is shown. The largest remainders get what rounding leaves
// (Hamilton's method).

/** @param unit what the figures are shown in, such as 1 minor unit or a tenth of a point */
export function roundedTo(whole: number, parts: readonly number[], unit: number): number[] {
  const floors = parts.map((part) => Math.floor(part / unit));
  const left = Math.round(whole / unit) - floors.reduce((sum, floor) => sum + floor, 0);
  const byRemainder = parts
    .map((part, index) => ({ index, remainder: part / unit - (floors[index] ?? 0) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  const up = new Set(byRemainder.slice(0, Math.max(0, left)).map(({ index }) => index));
  return floors.map((floor, index) => (floor + (up.has(index) ? 1 : 0)) * unit);
}

/** A float in the fewest digits that mean it, always with a point, an exponent or a name, so that it is no integer. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  const text = String(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/**
 * The points of a small chart as an SVG path: `values` oldest first, the newest at the right edge, `slots` across the
 * width, nothing before the first. `maximum` is the value at the upper edge; all zero is a line at the lower edge.
 */
export function sparklinePath(
  values: readonly number[],
  slots: number,
  maximum: number,
  size: { readonly width: number; readonly height: number },
): string {
  const stepPx = size.width / (slots - 1)
  const firstPx = size.width - (values.length - 1) * stepPx
  const ground = round(size.height - 1.5)
  if (values.length === 0) return `M0 ${ground}H${size.width}`
  const points = values.map((value, index) => {
    const share = maximum === 0 ? 0 : Math.min(1, value / maximum)
    return `${round(firstPx + index * stepPx)} ${round(size.height - 1.5 - share * (size.height - 3))}`
  })
  return `M0 ${ground}H${round(Math.max(0, firstPx - stepPx))}L${points.join('L')}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

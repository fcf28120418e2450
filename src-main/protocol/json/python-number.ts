/**
 * Numbers as Python writes them after reading them: integers exact, floats by `repr`. Both shorten a float to the fewest
 * digits that mean it; only the notation differs.
 */

/** What `json.dumps(json.loads(text))` gives for the text of a JSON number, also where it overflows: `Infinity`. */
export function pythonNumber(text: string): string {
  if (!/[.eE]/.test(text)) return text === '-0' ? '0' : text
  const value = Number(text)
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity'
  return pythonFloat(value)
}

/** Python's `repr`: an exponent below -4 and from 16 on, with two digits at least, and always a sign of being a float. */
function pythonFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa = '', exponentText = ''] = Math.abs(value).toExponential().split('e')
  const sign = value < 0 ? '-' : ''
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0')
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`
  }
  return sign + plainNotation(mantissa.replace('.', ''), exponent)
}

/** Digits with the point behind the one that `exponent` names. */
function plainNotation(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${whole}.${digits.slice(exponent + 1) || '0'}`
}

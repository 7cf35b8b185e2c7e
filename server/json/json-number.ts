/** Numbers as RedisJSON writes them: doubles in the fewest digits that read back as the same, always with a point or an exponent. */

/** Powers of ten from which on a double is written with an exponent. */
const PLAIN_POWER_MAX = 16;
const PLAIN_POWER_MIN = -5;

/** A finite double: `3.0`, `0.25`, `1e-7`, `5.96e16`. */
export function formatJsonDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const sign = value < 0 ? '-' : '';
  const [mantissa = '', exponentText] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  // The value is 0.digits x 10^power.
  const power = Number(exponentText) + 1;
  return sign + placed(digits, power);
}

function placed(digits: string, power: number): string {
  if (power > PLAIN_POWER_MAX || power <= PLAIN_POWER_MIN) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
    return `${digits.charAt(0)}${fraction}e${power - 1}`;
  }
  if (power <= 0) return `0.${'0'.repeat(-power)}${digits}`;
  if (digits.length <= power) return `${digits}${'0'.repeat(power - digits.length)}.0`;
  return `${digits.slice(0, power)}.${digits.slice(power)}`;
}

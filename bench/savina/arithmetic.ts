/** The suite's small piece of work for a message, in thousandths; savina_arithmetic.erl alike. */
export function arithmetic(number: number): number {
  const sine = Math.sin(number);
  return Math.round(sine * sine * 1000);
}

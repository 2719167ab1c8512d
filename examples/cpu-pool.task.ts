/** What the pool's threads run: work for a processor, with nothing to remember. */

/** How many primes there are below the limit. */
export function primesBelow(limit: number): number {
  let count = 0;
  for (let number = 2; number < limit; number += 1) {
    if (isPrime(number)) count += 1;
  }
  return count;
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) {
    if (number % divisor === 0) return false;
  }
  return true;
}

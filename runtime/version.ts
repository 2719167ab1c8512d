/** The version of this package, for who cannot read its package.json: in a bundle it is away. */

/** As package.json has it; a test compares them. */
export const VERSION = "0.1.0";

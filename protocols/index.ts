/** What users import: `import { … } from "sabeam/protocols"`. */

export { majority } from "./quorum.ts";

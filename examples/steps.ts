/** One actor, step by step, in the test's own turn: no system, no time, effects as data. */

import { formatEffect, stepper, stub } from "../actors/testkit/index.ts";
import { Door, Guard } from "./steps.actors.ts";

const guard = stub(Guard, "guard");
const step = stepper(Door, [guard]); // runs `init`
const show = (): void => console.log(step.effects().map(formatEffect).join("; "));

console.log(step.call.isOpen()); //=> false

const entering = step.call.enter("ann"); // it waits for the guard …
show(); //=> call 1 Guard<guard>.knows("ann")
step.answer("knows", true); // … whom the test speaks for
console.log(await entering); //=> welcome
show(); //=> cast Guard<guard>.opened("ann"); timer close after 5000 ms: close()

await step.fire("close");
console.log(step.call.isOpen(), step.now); //=> false 5000

const refused = step.call.enter("nobody").catch((error: Error) => error.message);
step.answer("knows", false);
console.log(await refused); //=> nobody may not enter

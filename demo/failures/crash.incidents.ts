/** What goes wrong in the weather station, in order, and what is to become of it. */
import { RADIO_INTENSITY } from "./crash.actors.ts";
import type { Scene } from "./crash.scene.ts";

export interface Plan {
  readonly title: string;
  /** Who fails. */
  readonly id: string;
  /** Ids of those that are to be others afterwards. */
  readonly expected: readonly string[];
  /** False: it shall not be started again. */
  readonly returns: boolean;
  readonly throws: number;
  /** Makes it fail, and waits until it works again. */
  run(scene: Scene): Promise<void>;
}

/** Readings before a failure, and as many behind it. */
const READINGS = 100;
/** No weather, so the instrument throws. */
const NONSENSE_DEGREES = 999;

export const PLANS: readonly Plan[] = [
  {
    title: `The thermometer measures ${NONSENSE_DEGREES} degrees, and throws`,
    id: "thermometer",
    expected: ["thermometer"],
    returns: true,
    throws: 1,
    run: async (scene) => breakDown(scene, "thermometer"),
  },
  {
    title: "The wind gauge is killed: nothing of it runs any more, not even its clean-up",
    id: "wind gauge",
    expected: ["wind gauge"],
    returns: true,
    throws: 0,
    async run(scene) {
      await scene.kill("wind gauge", READINGS);
      await scene.risen("wind gauge");
    },
  },
  {
    title: "The barometer throws, and the first start of its successor fails, too",
    id: "barometer",
    expected: ["barometer"],
    returns: true,
    throws: 1,
    async run(scene) {
      await scene.forbidOnce("barometer");
      await breakDown(scene, "barometer");
    },
  },
  {
    title: "The calibration is done: it is transient, so a good end is an end",
    id: "calibration",
    expected: ["calibration"],
    returns: false,
    throws: 0,
    run: (scene) => scene.finish("calibration"),
  },
  {
    title:
      `The antenna throws ${RADIO_INTENSITY + 1} times: more than its supervisor allows, so that ` +
      "gives up and is itself started again, with all below it",
    id: "antenna",
    expected: ["radio", "antenna", "sender"],
    returns: true,
    throws: RADIO_INTENSITY + 1,
    async run(scene) {
      for (let count = 0; count <= RADIO_INTENSITY; count += 1) {
        await breakDown(scene, "antenna");
      }
      await scene.risen("sender");
    },
  },
];

/** Some readings, one that cannot be right, and some that then wait in vain. */
async function breakDown(scene: Scene, id: string): Promise<void> {
  await scene.measure(id, READINGS, NONSENSE_DEGREES, READINGS);
  await scene.risen(id);
}

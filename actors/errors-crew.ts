/** What supervisors of equal children can be asked in vain: dynamic ones and partitions. */

import { SabeamError } from "../runtime/errors.ts";

/** A dynamic supervisor has as many children as it may have. Nothing was started. */
export class ChildrenFull extends SabeamError {
  override readonly name = "ChildrenFull";
  readonly supervisor: string;
  readonly maxChildren: number;
  constructor(supervisor: string, maxChildren: number) {
    super(
      "ERR_CHILDREN_FULL",
      `${supervisor} has ${maxChildren} children, those that are restarting included, and its ` +
        "maxChildren allows no more: try again when one has ended, or raise it",
    );
    this.supervisor = supervisor;
    this.maxChildren = maxChildren;
  }
}

/** A dynamic supervisor was told of a ref that is none of its children's. */
export class NotAChild extends SabeamError {
  override readonly name = "NotAChild";
  readonly supervisor: string;
  readonly child: string;
  constructor(supervisor: string, child: string) {
    super(
      "ERR_NOT_A_CHILD",
      `${child} is no child of ${supervisor}: it never was, or it has ended for good, or it was ` +
        "restarted and has another ref now, which whichChildren() tells",
    );
    this.supervisor = supervisor;
    this.child = child;
  }
}

/** A key was to be routed while the supervisor was resized to 0 partitions. Nothing was sent. */
export class NoPartitions extends SabeamError {
  override readonly name = "NoPartitions";
  readonly supervisor: string;
  constructor(supervisor: string) {
    super(
      "ERR_NO_PARTITIONS",
      `${supervisor} was resized to 0 partitions, so no key leads anywhere; resize it first`,
    );
    this.supervisor = supervisor;
  }
}

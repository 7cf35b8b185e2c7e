/**
 * How each kind of step is bound. A step sees the scope that the one before it leaves, and the stage behind it is made last: so
 * binding answers a function that is given the next stage.
 */
import { parseExpression } from '../expression/parse-expression.js';
import type { Step, StepOf } from './aggregation.js';
import { bindReducer, withoutSigil } from './bind-reducer.js';
import { RowScope } from './row-scope.js';
import { GroupStage } from './stages/group-stage.js';
import { LimitStage } from './stages/limit-stage.js';
import { ApplyStage, FilterStage, type LoadedSlot, LoadStage } from './stages/row-stage.js';
import { SortStage } from './stages/sort-stage.js';
import type { Stage } from './stages/stage.js';

export interface StepContext {
  readonly parameters: ReadonlyMap<string, Uint8Array>;
  readonly random: () => number;
  /** Tells how many rows the last step has got that bounds them. */
  readonly counter: { rows: number | undefined };
}

export interface BoundStep {
  readonly scope: RowScope;
  readonly stage: (next: Stage) => Stage;
}

type Bind<Kind extends Step['kind']> = (step: StepOf<Kind>, scope: RowScope, context: StepContext) => BoundStep;

const stepTable: { readonly [Kind in Step['kind']]: Bind<Kind> } = {
  load: bindLoad,
  apply: (step, scope, { parameters }) => {
    const expression = parseExpression(step.expression, { parameters });
    const slots = scope.load(scope.missing(expression));
    const evaluate = scope.bind(expression);
    const slot = scope.layout.add(step.as, false);
    return { scope, stage: (next) => loading(slots, scope, new ApplyStage(next, slot, evaluate)) };
  },
  filter: (step, scope, { parameters }) => {
    const expression = parseExpression(step.expression, { parameters });
    const slots = scope.load(scope.missing(expression));
    const evaluate = scope.bind(expression);
    return { scope, stage: (next) => loading(slots, scope, new FilterStage(next, evaluate)) };
  },
  group: bindGroup,
  sort: (step, scope) => {
    const slots = scope.load(step.keys.map(({ name }) => withoutSigil(name)));
    const keys = step.keys.map(({ name, order }) => ({
      read: scope.property(withoutSigil(name)),
      isDescending: order === 'DESC',
    }));
    return { scope, stage: (next) => loading(slots, scope, new SortStage(next, keys, step.max)) };
  },
  limit: ({ offset, count }, scope, { counter }) => ({
    scope,
    stage: (next) => {
      const onRows = (rows: number): void => {
        counter.rows = (counter.rows ?? 0) + rows;
      };
      return new LimitStage(next, offset, count, onRows);
    },
  }),
};

/** @throws QueryError when the step asks for what is not there */
export function bindStep(step: Step, scope: RowScope, context: StepContext): BoundStep {
  switch (step.kind) {
    case 'load':
      return stepTable.load(step, scope, context);
    case 'apply':
      return stepTable.apply(step, scope, context);
    case 'filter':
      return stepTable.filter(step, scope, context);
    case 'group':
      return stepTable.group(step, scope, context);
    case 'sort':
      return stepTable.sort(step, scope, context);
    case 'limit':
      return stepTable.limit(step, scope, context);
  }
}

function bindLoad({ fields }: StepOf<'load'>, scope: RowScope): BoundStep {
  if (fields === undefined) {
    if (scope.documents !== undefined) scope.documents.loadsAll = true;
    return { scope, stage: (next) => next };
  }
  const slots = fields.flatMap(({ name, as }): LoadedSlot[] => {
    const own = withoutSigil(name);
    const known = scope.layout.slotOf(own);
    // A distance or a score is there already.
    if (known !== undefined && own === as) return [];
    const column = scope.loaded(own);
    return [{ slot: scope.layout.add(as, true), column }];
  });
  return { scope, stage: (next) => loading(slots, scope, next) };
}

function bindGroup({ keys, reducers }: StepOf<'group'>, scope: RowScope, { random }: StepContext): BoundStep {
  const names = keys.map(withoutSigil);
  const reads = names.map((name) => scope.property(name));
  const bound = reducers.map((call) => bindReducer(call, scope, random));
  const groups = new RowScope(undefined);
  // Two of one name: the later one is seen.
  for (const name of names) groups.layout.add(name, false);
  for (const { as } of bound) groups.layout.add(as, false);
  const makes = bound.map(({ make }) => make);
  const slots = [...names, ...bound.map(({ as }) => as)].map((name) => groups.layout.slotOf(name) ?? 0);
  return { scope: groups, stage: (next) => new GroupStage(next, reads, makes, slots) };
}

function loading(slots: readonly LoadedSlot[], { documents }: RowScope, next: Stage): Stage {
  if (slots.length === 0 || documents === undefined) return next;
  const { source } = documents;
  return new LoadStage(next, slots, (id) => source.documents.sequenceOf(id));
}
